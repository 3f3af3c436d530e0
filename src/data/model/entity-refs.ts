import type { PhotoId, UploadId } from '../../runtime/ids.ts';
import {
  AuditKind,
  ClaimKind,
  DigestKind,
  OutboxKind,
  PhotoKind,
  ReceiptKind,
  UploadKind,
  UserKind,
  YearKind,
} from './entity-kinds.ts';
import type { Row } from '../commit/unit-of-work.ts';
import type { Audit, Claim, Digest, OutboxRow, Photo, Receipt, Upload, User, Year } from './records.ts';

/** The rows of a user's entity group, by name. */
export const userRow: Row<User> = { kind: UserKind, name: '' };
export const photoRow = (id: PhotoId): Row<Photo> => ({ kind: PhotoKind, name: id });
export const claimRow = (sha256: string): Row<Claim> => ({ kind: ClaimKind, name: sha256 });
export const yearRow = (local: string): Row<Year> => ({ kind: YearKind, name: local.slice(0, 4) });
export const receiptRow = (keyHash: string): Row<Receipt> => ({ kind: ReceiptKind, name: keyHash });
export const uploadRow = (id: UploadId): Row<Upload> => ({ kind: UploadKind, name: id });
export const outboxRow = (id: string): Row<OutboxRow> => ({ kind: OutboxKind, name: id });
export const digestRow = (name: string): Row<Digest> => ({ kind: DigestKind, name });
/** There is one: the next audit takes its place. */
export const auditRow: Row<Audit> = { kind: AuditKind, name: 'last' };
