import type { Datastore, Key } from '@google-cloud/datastore';
import type { PhotoId, UploadId, UserId } from '../../runtime/ids.ts';
import { ContentKind, OutboxKind, PhotoKind, IdempotencyKind, UploadKind, UserKind, YearKind } from './entity-kinds.ts';
import { keyOf, type Kind } from './kind.ts';
import type { ContentEntry, OutboxEntry, Photo, IdempotencyRecord, Upload, User, Year } from './records.ts';

/** The address of one entity in a user's entity group. The user itself has the name ''. */
export interface EntityRef<T = unknown> {
  kind: Kind<T>;
  name: string;
}

/** The Datastore key of a user's entity. */
export const keyOfRef = (datastore: Datastore, user: UserId, { kind, name }: EntityRef): Key =>
  keyOf(datastore, user, kind, name === '' ? undefined : name);

export const userRef: EntityRef<User> = { kind: UserKind, name: '' };
export const photoRef = (id: PhotoId): EntityRef<Photo> => ({ kind: PhotoKind, name: id });
export const contentRef = (sha256: string): EntityRef<ContentEntry> => ({ kind: ContentKind, name: sha256 });
export const yearRef = (local: string): EntityRef<Year> => ({ kind: YearKind, name: local.slice(0, 4) });
export const idempotencyRef = (keyHash: string): EntityRef<IdempotencyRecord> => ({
  kind: IdempotencyKind,
  name: keyHash,
});
export const uploadRef = (id: UploadId): EntityRef<Upload> => ({ kind: UploadKind, name: id });
export const outboxRef = (id: string): EntityRef<OutboxEntry> => ({ kind: OutboxKind, name: id });
