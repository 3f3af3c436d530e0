import { StorageError } from '../storage-error.ts';

/** A request's address: decoded segments of the path, none normalised, and the query. */
export interface Address {
  path: string[];
  query: URLSearchParams;
}

/**
 * Parses a request target by hand: `URL` would resolve `.` and `..`, which may stand in object names.
 * `/storage/v1/b/…` (as with the client's option apiEndpoint) becomes `/b/…` (as with STORAGE_EMULATOR_HOST).
 */
export function parseAddress(target: string): Address {
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const path = raw.split('/').slice(1).map(decode);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  return { path: path[0] === 'storage' && path[1] === 'v1' ? path.slice(2) : path, query };
}

const JSON_ROOTS = new Set(['b', 'batch', 'channels', 'download', 'projects', 'resumable', 'upload']);

/** Whether an address belongs to the JSON API. All others are `/bucket/object` of the XML API. */
export const isJsonPath = ([root = '']: string[]) => JSON_ROOTS.has(root);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new StorageError('invalid', `The path is not UTF-8: ${segment}`, { cause });
  }
}
