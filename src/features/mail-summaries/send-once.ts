import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Attempt } from '../../background/attempt.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import { MailRefused, type Mailer } from '../../mail/mail.ts';
import type { Composition } from './compose-mail.ts';
import { mailRef, type MailRecord } from './mail-record.ts';

/** How long a run may take for its mail before another one may send it, in milliseconds. Longer than any mail takes. */
const CLAIM_LIFE = 5 * 60_000;

export interface SendDeps {
  library: Library;
  mailer: Mailer;
  clock: Clock;
  publicUrl: string;
}

/** A mail that a user gets once, also when the job is repeated. */
export interface LeasedMail extends Composition {
  user: UserId;
  /** What it is about: `day-2026-11-20`. */
  name: string;
  to: string;
  /** Where the reader ends mails of this sort with one click. */
  unsubscribeUrl: string;
}

export type SendOutcome = 'sent' | 'settled-before' | 'failed';

/**
 * Sends a mail unless it has been sent. One run claims it and all others stay away, until it is settled or the claim
 * has run out; what failed may be claimed again at once. Throws what asks for another try.
 */
export async function sendOnce(deps: SendDeps, letter: LeasedMail, { last }: Attempt): Promise<SendOutcome> {
  const digest = await leaseMail(deps, letter);
  if (!digest) return 'settled-before';
  try {
    const { to, subject, text, html, attachments } = letter;
    const { messageId } = digest;
    await deps.mailer.send({ to, subject, text, html, attachments, messageId, headers: headersOf(letter) });
  } catch (error) {
    const final = last || error instanceof MailRefused;
    await settle(deps, letter, digest, final ? { state: 'failed', reason: reasonOf(error) } : { claimedUntil: 0 });
    if (final) return 'failed';
    throw error;
  }
  await settle(deps, letter, digest, { state: 'sent', sentAt: deps.clock.now() });
  return 'sent';
}

/** Undefined when nothing is left to do. Throws `conflict` while another run is at it: the queue asks again later. */
function leaseMail({ library, publicUrl }: SendDeps, { user, name }: LeasedMail): Promise<MailRecord | undefined> {
  const claim = randomText(16);
  return library.commit(
    user,
    async (change) => {
      // An erased account must not get entities again.
      await change.account.read();
      const before = await change.entities.read(mailRef(name));
      if (before && before.state !== 'claimed') return undefined;
      if (before && before.claimedUntil > change.now) throw new AppError('conflict', 'This mail is just being sent.');
      const digest: MailRecord = {
        state: 'claimed',
        messageId: before?.messageId ?? messageIdOf(user, name, publicUrl),
        claim,
        claimedUntil: change.now + CLAIM_LIFE,
        sentAt: null,
        reason: null,
      };
      change.entities.write(mailRef(name), digest);
      return digest;
    },
    [mailRef(name)],
  );
}

/** Writes how it ended, unless the claim ran out meanwhile and another run has taken it over. */
function settle(
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

/** An id that cannot be guessed for another user, and that contains nothing internal. */
function messageIdOf(user: UserId, name: string, publicUrl: string): string {
  const digest = createHash('sha256').update(`${user}|${name}`).digest('hex').slice(0, 32);
  return `<${digest}@${new URL(publicUrl).hostname}>`;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
