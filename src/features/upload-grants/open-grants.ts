import { requireUser, type Store } from '../../data/read/store.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../runtime/clock.ts';
import { randomText } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { writeUploadGrant } from '../../signing/upload-grant.ts';
import { DAY_MS } from '../../runtime/durations.ts';

export interface OpenGrantsDeps {
  store: Store;
  clock: Clock;
  signingKeys: SigningKeys;
}

/**
 * Makes grants for a caller. Nothing is stored. Those of a personal token do not outlive it.
 * @throws AppError account-erased
 */
export async function openGrants(
  deps: OpenGrantsDeps,
  { user, token }: Caller,
  { count, days }: { count: number; days: number },
): Promise<{ grants: string[]; expiresAt: number }> {
  const { grantGeneration: generation = 0 } = await requireUser(deps, user);
  const expiresAt = endOfGrants(deps, { token }, days);
  const grants = Array.from({ length: count }, () =>
    writeUploadGrant(deps.signingKeys, { user, id: randomText(16), expiresAt, generation, token: token?.id }),
  );
  return { grants, expiresAt };
}

/** When grants for so many days end: in a whole second, and not after the personal token that asks for them. */
export function endOfGrants({ clock }: { clock: Clock }, { token }: Pick<Caller, 'token'>, days: number): number {
  const end = Math.min(clock.now() + days * DAY_MS, token?.expiresAt ?? Infinity);
  return Math.floor(end / 1000) * 1000;
}
