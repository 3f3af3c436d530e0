import { StorageError } from '../storage-error.ts';
import type { Preconditions } from './preconditions.ts';

/** What a caller may set on an object. Absent is absent: nothing is stored as null. */
export interface ObjectFields {
  contentType?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  cacheControl?: string;
  storageClass?: string;
  customTime?: string;
  eventBasedHold?: boolean;
  temporaryHold?: boolean;
  metadata?: Record<string, string>;
}

/** Bytes that have arrived, and what was computed while they passed. Checksums are base64, crc32c big-endian. */
export interface Content {
  blob: string;
  size: number;
  crc32c: string;
  /** Composite objects have none. */
  md5: string | null;
  /** How many uploaded pieces a composite object is made of. */
  components: number | null;
}

/** One generation of an object as it is kept. Times are milliseconds since the Unix epoch. */
export interface StoredObject extends Content {
  bucket: string;
  name: string;
  /** Grows with every write; microseconds of its time, so it stays below 2^53. */
  generation: number;
  metageneration: number;
  created: number;
  updated: number;
  /** When it was overwritten or deleted, in a bucket with versions; null while it is live. */
  noncurrent: number | null;
  fields: ObjectFields;
  /** When its last event-based hold was released; null if it never had one. */
  holdReleased: number | null;
}

/** A generation that was deleted in a bucket with soft delete: it can be listed and restored for a while. */
export interface SoftDeletedObject extends StoredObject {
  softDeleted: number;
  /** When it is removed for good. */
  hardDelete: number;
}

/** Where a write goes and what it asks for. */
export interface Target {
  bucket: string;
  name: string;
  fields: ObjectFields;
  wanted: Preconditions;
}

/** The naming rule of "About Cloud Storage objects": 1–1024 bytes of UTF-8, no line breaks, neither `.` nor `..`. */
export function checkObjectName(name: string): void {
  const bytes = Buffer.byteLength(name);
  const reserved = name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/');
  if (bytes === 0) throw new StorageError('required', 'Required');
  if (bytes > 1024 || reserved || /[\r\n]/.test(name)) {
    throw new StorageError('invalid', `Disallowed object name: ${JSON.stringify(name.slice(0, 100))}`);
  }
}
