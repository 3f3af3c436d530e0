import type { DeclaredChecksums } from './checksums.ts';
import type { StoredObject, Target } from './object.ts';

/** A resumable upload, from its POST to a week later. */
export interface Session {
  /** Random. A client that knows it may write. */
  id: string;
  blob: string;
  /** So many bytes are kept for good. */
  received: number;
  /** Milliseconds since the Unix epoch. */
  created: number;
  state: 'open' | 'finished' | 'closed';
  target: SessionTarget;
  /** The object that it became, as it was then. */
  object: StoredObject | null;
}

/** What the opening request has fixed. */
export interface SessionTarget extends Target {
  declared: DeclaredChecksums;
  /** From X-Upload-Content-Length. */
  length: number | null;
  /** The browser's origin that may use it. */
  origin: string | null;
}

/** What a request to a session says about the bytes that it brings. */
export interface ChunkRange {
  /** Offset of the first byte; undefined where no bytes come (a question for the status). */
  start: number | undefined;
  /** Offset of the last byte, if it is known. */
  end: number | undefined;
  /** Size of the whole object, if it is known. */
  total: number | undefined;
  /** Whether the object ends where the body does. */
  last: boolean;
}
