import { accountErased } from './erasure.ts';
import type { JobRef } from '../model/job-ref.ts';
import { setDays, type DayCounts } from './day-counts.ts';
import { trimActivityRef, trimmedBefore, TRIMMED_AT, withEvent, type AccountEvent, type EventKind } from './events.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { photoChanges, type PhotoChanges } from './photo-changes.ts';
import { recipeChanges, type RecipeChanges } from './recipe-changes.ts';
import { auditRef, mailRef, outboxRef, idempotencyRef, userRef } from '../model/entity-refs.ts';
import {
  idempotencyEnd,
  type Audit,
  type MailRecord,
  type OutboxEntry,
  type IdempotencyRecord,
  type Settings,
  type User,
} from '../model/records.ts';
import { uploadChanges, type UploadChanges } from './upload-changes.ts';

/** A task to be created once the change is in. */
export interface Enqueued {
  id: string;
  row: OutboxEntry;
}

/** The settings of an account that its owner may change. */
export type UserEdit = Partial<Settings & Pick<User, 'handle'>>;

/** The rules by which one user's data changes: list, day counts, feed, claims and totals always agree. */
export interface Change extends PhotoChanges, UploadChanges, RecipeChanges {
  /** Milliseconds since the Unix epoch; the same for everything in this change. */
  readonly now: number;
  user(): Promise<User>;
  /** Sets settings of the account. */
  editUser(edit: UserEdit): Promise<User>;
  /** Takes the account itself away; what it leaves behind is for the job that the same change enqueues. */
  eraseUser(): Promise<User>;
  /** Keeps the address that an issuer has verified. Not an edit: the revision stays. */
  keepEmail(email: string): Promise<void>;
  /** Sets counts of days that were found wrong at a sequence; does nothing and says so if there were changes since. */
  correctDays(sequence: number, counts: DayCounts): Promise<boolean>;
  /** The receipt of that name, unless it has expired. */
  receipt(name: string): Promise<IdempotencyRecord | undefined>;
  keepIdempotencyRecord(name: string, receipt: Omit<IdempotencyRecord, 'at'>): void;
  forgetIdempotencyRecord(name: string): void;
  digest(name: string): Promise<MailRecord | undefined>;
  keepMailRecord(name: string, digest: MailRecord): void;
  /** Keeps what an audit found, unless the same run has told already: a step that is delivered twice finds less. */
  keepAudit(audit: Audit): Promise<void>;
  /** `notBefore` is in milliseconds since the Unix epoch; at once without it. */
  enqueue<P>(job: JobRef<P>, payload: P, notBefore?: number): void;
  /** Notes an event of the account. */
  note(kind: EventKind, about?: Omit<AccountEvent, 'at' | 'kind'>): Promise<void>;
  /** Deletes the events before a moment, and returns them. */
  forgetEvents(before: number): Promise<AccountEvent[]>;
}

/** What a change is made of besides its user and the entities that it sees. */
export interface ChangeOptions {
  now: number;
  /** Takes the tasks that the change asks for. */
  enqueued: Enqueued[];
  /** After how many milliseconds a photo added now is decoded, if that is known and long. */
  decodedAfter?: number | undefined;
}

export function createChange(id: UserId, overlay: UnitOfWork, options: ChangeOptions): Change {
  const { now, enqueued, decodedAfter } = options;
  const user = async () => {
    const found = await overlay.read(userRef);
    if (!found) throw accountErased();
    return found;
  };
  const enqueue = <P>({ name: job }: JobRef<P>, payload: P, notBefore?: number) => {
    const row = { job, payload, at: now, ...(notBefore === undefined ? {} : { notBefore }) };
    const entry = { id: randomText(16), row };
    overlay.write(outboxRef(entry.id), entry.row);
    enqueued.push(entry);
  };

  const note: Change['note'] = async (kind, about = {}) => {
    const owner = await user();
    const events = withEvent(owner.events, { at: now, kind, ...about });
    overlay.write(userRef, { ...owner, events });
    const before = events.length % TRIMMED_AT === 0 ? trimmedBefore(events) : undefined;
    if (before !== undefined) enqueue(trimActivityRef, { user: id, before });
  };

  const photos = photoChanges({ id, overlay, now, decodedAfter, user, enqueue, note });
  return {
    ...photos,
    note,
    async forgetEvents(before) {
      const owner = await user();
      const [gone, kept] = parted(owner.events, (event) => event.at < before);
      if (gone.length > 0) overlay.write(userRef, { ...owner, events: kept });
      return gone;
    },
    ...uploadChanges({ overlay, now, user, discard: photos.discard }),
    ...recipeChanges({ overlay, now, user }),
    now,
    user,
    enqueue,
    async eraseUser() {
      const erased = await user();
      overlay.write(userRef, undefined);
      return erased;
    },
    async editUser(edit) {
      const edited = editedUser(await user(), edit, now);
      overlay.write(userRef, edited);
      return edited;
    },
    async keepEmail(email) {
      overlay.write(userRef, { ...(await user()), email });
    },
    async correctDays(sequence, counts) {
      const owner = await user();
      if (owner.sequence !== sequence) return false;
      await setDays(overlay, counts);
      // The new sequence invalidates the replies that hold the wrong counts.
      overlay.write(userRef, { ...owner, sequence: sequence + 1 });
      return true;
    },
    async receipt(name) {
      const receipt = await overlay.read(idempotencyRef(name));
      return receipt && idempotencyEnd(receipt) > now ? receipt : undefined;
    },
    keepIdempotencyRecord: (name, receipt) => overlay.write(idempotencyRef(name), { ...receipt, at: now }),
    forgetIdempotencyRecord: (name) => overlay.write(idempotencyRef(name), undefined),
    digest: (name) => overlay.read(mailRef(name)),
    keepMailRecord: (name, digest) => overlay.write(mailRef(name), digest),
    async keepAudit(audit) {
      const last = await overlay.read(auditRef);
      if (last?.run !== audit.run) overlay.write(auditRef, audit);
    },
  };
}

/** Pages show handle and display name: with other ones they have changed. */
function editedUser(before: User, edit: UserEdit, now: number): User {
  const after = { ...before, ...edit, revision: before.revision + 1 };
  const renamed = after.handle !== before.handle;
  const named = [...before.formerHandles, before.handle].filter((name) => name !== after.handle);
  return {
    ...after,
    sequence: before.sequence + Number(renamed || after.displayName !== before.displayName),
    publicSince: after.visibility === 'public' ? (before.publicSince ?? now) : null,
    summarySince: after.mail.summary ? (before.summarySince ?? now) : null,
    formerHandles: renamed ? named : before.formerHandles,
  };
}

/** Those that are meant, and the others. */
function parted<T>(all: readonly T[], isMeant: (one: T) => boolean): [meant: T[], others: T[]] {
  return [all.filter(isMeant), all.filter((one) => !isMeant(one))];
}
