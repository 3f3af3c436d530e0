import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Attempt } from '../../background/attempt.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import { MailRefused, type Mailer } from '../../mail/mail.ts';
import type { Composition } from './compose-mail.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';

/** Time after which another run may send the mail. It is longer than any mail takes. */
const LEASE_MS = 5 * 60_000;

export interface SendDeps {
  library: Library;
  mailer: Mailer;
  clock: Clock;
  publicUrl: string;
}

/** A mail that its reader gets once, also if the job is repeated. */
export interface LeasedMail extends Composition {
  user: UserId;
  /** Names its subject: `day-2026-11-20`. */
  name: string;
  to: string;
  /** The link that ends mails of this kind with one click. */
  unsubscribeUrl: string;
}

export type SendOutcome = 'sent' | 'settled-before' | 'failed';

/** A mail that a user gets once: about a day, a week or a photo. Times are milliseconds since the Unix epoch. */
export interface MailRecord {
  /** `claimed` by the run that sends it, then `sent`, or `failed` when no further attempt can help. */
  state: 'claimed' | 'sent' | 'failed';
  /** The same for every attempt: SMTP may deliver a mail twice, but a mail program recognizes the second one. */
  messageId: string;
  /** Which run holds the claim, and until when no other may take it over. */
  claim: string;
  claimedUntil: number;
  sentAt: number | null;
  reason: string | null;
}

/**
 * Sends a mail unless it has been sent. One run leases the mail, and no other run sends it until the lease ends. After
 * a failed attempt the lease ends at once.
 * @throws Error that asks the queue for another attempt
 */
export async function sendOnce(deps: SendDeps, mail: LeasedMail, { last }: Attempt): Promise<SendOutcome> {
  const record = await leaseMail(deps, mail);
  if (!record) return 'settled-before';
  try {
    const { to, subject, text, html, attachments } = mail;
    const { messageId } = record;
    await deps.mailer.send({ to, subject, text, html, attachments, messageId, headers: headersOf(mail) });
  } catch (error) {
    const final = last || error instanceof MailRefused;
    await storeOutcome(deps, mail, record, final ? { state: 'failed', reason: reasonOf(error) } : { claimedUntil: 0 });
    if (final) return 'failed';
    throw error;
  }
  await storeOutcome(deps, mail, record, { state: 'sent', sentAt: deps.clock.now() });
  return 'sent';
}

/** The mail of that name, such as `day-2026-11-20`. */
export const mailRef = (name: string): EntityRef<MailRecord> => ({ kind: MailKind, name });

/**
 * Leases a mail. Returns undefined if it was sent or has failed for good.
 * @throws AppError conflict while another run has the lease: the queue retries later
 */
function leaseMail({ library, publicUrl }: SendDeps, { user, name }: LeasedMail): Promise<MailRecord | undefined> {
  const claim = randomText(16);
  return library.commit(
    user,
    async (change) => {
      // An erased account must not get entities again.
      await change.account.read();
      const before = await change.entities.read(mailRef(name));
      if (before && before.state !== 'claimed') return undefined;
      if (before && before.claimedUntil > change.now)
        throw new AppError('conflict', 'Another run is sending this mail.');
      const record: MailRecord = {
        state: 'claimed',
        messageId: before?.messageId ?? messageIdOf(user, name, publicUrl),
        claim,
        claimedUntil: change.now + LEASE_MS,
        sentAt: null,
        reason: null,
      };
      change.entities.write(mailRef(name), record);
      return record;
    },
    [mailRef(name)],
  );
}

/** Stores the outcome, unless the lease has ended and another run has taken it. */
function storeOutcome(
  { library }: SendDeps,
  { user, name }: LeasedMail,
  mine: MailRecord,
  end: Partial<MailRecord>,
): Promise<void> {
  return library.commit(
    user,
    async (change) => {
      const now = await change.entities.read(mailRef(name));
      if (now?.claim === mine.claim) change.entities.write(mailRef(name), { ...now, ...end });
    },
    [mailRef(name)],
  );
}

/** RFC 3834 keeps other programs from answering; RFC 2369 and 8058 let mail programs offer to unsubscribe. */
const headersOf = ({ unsubscribeUrl }: LeasedMail) => ({
  'Auto-Submitted': 'auto-generated',
  'List-Unsubscribe': `<${unsubscribeUrl}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** The Message-ID. It is the same in each attempt, and contains no id of a user. */
function messageIdOf(user: UserId, name: string, publicUrl: string): string {
  const hash = createHash('sha256').update(`${user}|${name}`).digest('hex').slice(0, 32);
  return `<${hash}@${new URL(publicUrl).hostname}>`;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const MailKind = packedKind<MailRecord>('Digest', {
  version: 1,
  fields: {
    state: 'string',
    messageId: 'string',
    claim: 'string',
    claimedUntil: 'number',
    sentAt: 'number|null',
    reason: 'string|null',
  },
});
