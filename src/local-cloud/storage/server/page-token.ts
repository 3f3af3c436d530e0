import { StorageError } from '../storage-error.ts';
import type { Position } from '../store/objects-table.ts';

/** A place in a list as an opaque text. */
export function writePageToken({ name, generation }: Position): string {
  return Buffer.from(JSON.stringify([name, generation])).toString('base64url');
}

export function readPageToken(token: string): Position {
  try {
    const [name, generation] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof name === 'string' && typeof generation === 'number') return { name, generation };
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged();
}

const damaged = (cause?: unknown) => new StorageError('invalid', 'Invalid page token.', { cause });
