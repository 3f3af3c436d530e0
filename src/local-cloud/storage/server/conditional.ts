import type { StoredObject } from '../engine/object.ts';
import { StorageError } from '../storage-error.ts';
import { header, type Call } from './call.ts';
import { etagHeader, etagOf } from './resources.ts';

/** The conditions on a read of bytes, in the order of RFC 9110, 13.2.2: throws `notModified` or `conditionNotMet`. */
export function checkConditions(call: Call, object: StoredObject): void {
  const etag = etagOf(object.generation, object.metageneration);
  const changed = Math.floor(object.updated / 1000) * 1000;
  const unmodified = dateOf(header(call, 'if-unmodified-since'));
  const modified = dateOf(header(call, 'if-modified-since'));
  if (!checkMatch(call, etag) && unmodified !== undefined && changed > unmodified) throw unmet();
  if (!checkNoneMatch(call, etag) && modified !== undefined && changed <= modified) throw notModified(etag);
}

/**
 * The parts of a reply to a read of metadata: the resource, and its ETag as a header.
 * @throws StorageError notModified, conditionNotMet as If-None-Match and If-Match ask
 */
export function tagged(call: Call, json: { etag: string }) {
  checkMatch(call, json.etag);
  checkNoneMatch(call, json.etag);
  return { json, headers: etagHeader(json.etag) };
}

/** Returns whether the header is there: then the date beside it does not count. */
function checkMatch(call: Call, etag: string): boolean {
  const match = header(call, 'if-match');
  if (match !== undefined && !names(match, etag)) throw unmet();
  return match !== undefined;
}

function checkNoneMatch(call: Call, etag: string): boolean {
  const noneMatch = header(call, 'if-none-match');
  if (noneMatch !== undefined && names(noneMatch, etag)) throw notModified(etag);
  return noneMatch !== undefined;
}

const unmet = () =>
  new StorageError('conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');

// RFC 9110, 15.4.5: a 304 carries the ETag of the 200 that it replaces.
const notModified = (etag: string) => new StorageError('notModified', 'Not Modified', { headers: etagHeader(etag) });

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
