import type { ChunkRange } from '../engine/session.ts';
import { StorageError } from '../storage-error.ts';

// bytes a-b/total   these bytes of so many
// bytes a-b/*       these bytes, more to come
// bytes a-*/total   from here on, of so many
// bytes a-*/*       from here on: the object ends with the body
// bytes */total     no bytes, a question; an object that has so many bytes is finished by it
// bytes */*         no bytes, a question
/** What the Content-Range of a request to a session means. Without one the body is the whole object. */
export function contentRange(header: string | undefined): ChunkRange {
  if (header === undefined) return { start: 0, end: undefined, total: undefined, last: true };
  const match = /^bytes[ =](?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (!match) throw new StorageError('invalid', `Failed to parse Content-Range header: ${header}`);
  const start = known(match[1]);
  const end = known(match[2]);
  const total = known(match[3]);
  if (start !== undefined && end !== undefined && (end < start || end >= (total ?? Infinity))) {
    throw new StorageError('invalid', `The Content-Range ${header} contradicts itself.`);
  }
  return { start, end, total, last: start !== undefined && end === undefined };
}

const known = (text: string | undefined) => (text === undefined || text === '*' ? undefined : Number(text));
