import type { StoredObject } from '../engine/object.ts';
import { StorageError } from '../storage-error.ts';
import { header, type Call } from './call.ts';
import { etagOf } from './resources.ts';

/** The conditions of RFC 9110, 13 on a read: throws `notModified` or `conditionNotMet`. */
export function checkConditions(call: Call, object: StoredObject): void {
  const etag = etagOf(object.generation, object.metageneration);
  const changed = Math.floor(object.updated / 1000) * 1000;
  const match = header(call, 'if-match');
  const noneMatch = header(call, 'if-none-match');
  const unmodified = match === undefined ? dateOf(header(call, 'if-unmodified-since')) : undefined;
  const modified = noneMatch === undefined ? dateOf(header(call, 'if-modified-since')) : undefined;
  if ((match !== undefined && !names(match, etag)) || (unmodified !== undefined && changed > unmodified)) {
    throw new StorageError('conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
  }
  if ((noneMatch !== undefined && names(noneMatch, etag)) || (modified !== undefined && changed <= modified)) {
    throw new StorageError('notModified', 'Not Modified');
  }
}

/** Whether a list of tags holds this one; the resource shows it without quotes, so both forms count. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

function dateOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
