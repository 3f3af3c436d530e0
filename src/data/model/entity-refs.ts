import type { PhotoId, UploadId } from '../../runtime/ids.ts';
import {
  AuditKind,
  ContentKind,
  MailKind,
  OutboxKind,
  PhotoKind,
  IdempotencyKind,
  UploadKind,
  UserKind,
  YearKind,
} from './entity-kinds.ts';
import type { EntityRef } from '../commit/unit-of-work.ts';
import type {
  Audit,
  ContentEntry,
  MailRecord,
  OutboxEntry,
  Photo,
  IdempotencyRecord,
  Upload,
  User,
  Year,
} from './records.ts';

/** The rows of a user's entity group, by name. */
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
export const mailRef = (name: string): EntityRef<MailRecord> => ({ kind: MailKind, name });
/** There is one: the next audit takes its place. */
export const auditRef: EntityRef<Audit> = { kind: AuditKind, name: 'last' };
