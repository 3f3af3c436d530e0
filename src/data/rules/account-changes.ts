import { userRef } from '../model/entity-refs.ts';
import type { JobRef } from '../model/job-ref.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Settings, User } from '../model/records.ts';
import type { ChangeContext } from './change-context.ts';
import { accountErased } from './erasure.ts';

/** The settings of an account that its owner may change. */
export type UserEdit = Partial<Settings & Pick<User, 'handle'>>;

/** The job that ends the bucket sessions of direct upload grants, after all grants were ended. */
export const endDirectGrantsRef: JobRef<{ user: UserId }> = { name: 'end-direct-grants' };

/** How an account itself changes. */
export interface AccountChanges {
  /** @throws AppError account-erased */
  read(): Promise<User>;
  /** Sets settings of the account. */
  edit(edit: UserEdit): Promise<User>;
  /** Keeps the address that an issuer has verified. Not an edit: the revision stays the same. */
  keepEmail(email: string): Promise<void>;
  /** Ends all upload grants that were made so far. */
  endGrants(): Promise<void>;
  /** Deletes the account itself. A job that the same change enqueues deletes the user's other entities. */
  erase(): Promise<User>;
}

export function accountChanges({ userId, entities, now, outbox }: ChangeContext): AccountChanges {
  const read = async () => {
    const user = await entities.read(userRef);
    if (!user) throw accountErased();
    return user;
  };
  return {
    read,
    async edit(edit) {
      const edited = editedUser(await read(), edit, now);
      entities.write(userRef, edited);
      return edited;
    },
    async keepEmail(email) {
      entities.write(userRef, { ...(await read()), email });
    },
    async endGrants() {
      const user = await read();
      entities.write(userRef, { ...user, grantGeneration: (user.grantGeneration ?? 0) + 1 });
      if (user.openUploads > 0) outbox.enqueue(endDirectGrantsRef, { user: userId });
    },
    async erase() {
      const erased = await read();
      entities.write(userRef, undefined);
      return erased;
    },
  };
}

/** Pages show handle and display name, so a new name raises the sequence, which makes cached pages outdated. */
function editedUser(before: User, edit: UserEdit, now: number): User {
  const after = { ...before, ...edit, revision: before.revision + 1 };
  const renamed = after.handle !== before.handle;
  const earlierHandles = [...before.formerHandles, before.handle].filter((handle) => handle !== after.handle);
  return {
    ...after,
    sequence: before.sequence + Number(renamed || after.displayName !== before.displayName),
    publicSince: after.visibility === 'public' ? (before.publicSince ?? now) : null,
    summarySince: after.mail.summary ? (before.summarySince ?? now) : null,
    formerHandles: renamed ? earlierHandles : before.formerHandles,
  };
}
