import { packedKind } from '../../data/model/kind.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';

/** A mail that a user gets once: about a day, a week or a photo. Times are milliseconds since the Unix epoch. */
export interface MailRecord {
  /** `claimed` by the run that sends it, then `sent`, or `failed` when no further try can help. */
  state: 'claimed' | 'sent' | 'failed';
  /** The same for every attempt: SMTP may deliver a mail twice, but a mail program recognizes the second one. */
  messageId: string;
  /** Which run holds the claim, and until when no other may take it over. */
  claim: string;
  claimedUntil: number;
  sentAt: number | null;
  reason: string | null;
}

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

/** The mail of that name, such as `day-2026-11-20`. */
export const mailRef = (name: string): EntityRef<MailRecord> => ({ kind: MailKind, name });
