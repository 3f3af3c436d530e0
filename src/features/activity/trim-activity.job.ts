import { z } from 'zod';
import { defineJob } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { trimActivityRef, type AccountEvent } from '../../data/rules/events.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { logName } from '../../signing/log-name.ts';

const Trimming = z.object({ user: z.string().transform((id) => id as UserId), before: z.number() });

interface TrimDeps {
  library: Library;
  log: Log;
  signingKeys: SigningKeys;
}

/** Deletes the events of an account before a time, and logs them. */
export const trimActivity = defineJob({
  ...trimActivityRef,
  payload: Trimming,
  async run({ library, log, signingKeys }: TrimDeps, { user, before }) {
    const deleted = await library.commit(user, (change) => change.events.deleteBefore(before));
    if (deleted.length === 0) return 'nothing-to-do';
    log.info(
      { user: logName(signingKeys, user), deleted: deleted.map(describe) },
      `Deleted ${deleted.length} events of an account.`,
    );
    return `deleted ${deleted.length} events: ${deleted.map(describe).join(', ')}`;
  },
});

const describe = ({ at, kind }: AccountEvent) => `${kind} at ${new Date(at).toISOString()}`;
