import type { ObjectFields } from '../engine/object.ts';
import { StorageClass } from '../engine/storage-class.ts';
import { StorageError } from '../storage-error.ts';

/** Reads the fields of an object resource that a caller may set. Fields that the service decides (name, size, …) are ignored. */
export function objectFields(resource: Record<string, unknown>): ObjectFields {
  return settable(resource, false);
}

/** The same for a patch, in which null removes a field. */
export function objectPatch(resource: Record<string, unknown>): Record<string, unknown> {
  return settable(resource, true);
}

function settable(resource: Record<string, unknown>, keepNull: boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(resource)) {
    const read = READERS.get(name);
    if (value !== null && value !== undefined && read) fields[name] = read(name, value);
    if (value === null && keepNull && read) fields[name] = null;
    // Empty custom metadata counts as absent.
    if (fields[name] === undefined) delete fields[name];
  }
  return fields;
}

type Reader = (name: string, value: unknown) => unknown;

const text: Reader = (name, value) => (typeof value === 'string' ? value : refuse(name));
const flag: Reader = (name, value) => (typeof value === 'boolean' ? value : refuse(name));
const instant: Reader = (name, value) =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? new Date(value).toISOString() : refuse(name);

const pairs: Reader = (name, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(name);
  const entries = Object.entries(value).map(([key, entry]) => [key, entry === null ? null : String(entry)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

const storageClass: Reader = (name, value) => {
  const parsed = StorageClass.safeParse(value);
  return parsed.success ? parsed.data : refuse(name);
};

/** Refuses a field that an object would promise and the local cloud does not keep. */
const notKept: Reader = (name) => {
  throw new StorageError('notImplemented', `The local cloud has no objects with ${name}.`);
};

const READERS = new Map<string, Reader>([
  ['contentType', text],
  ['contentEncoding', text],
  ['contentDisposition', text],
  ['contentLanguage', text],
  ['cacheControl', text],
  ['storageClass', storageClass],
  ['customTime', instant],
  ['eventBasedHold', flag],
  ['temporaryHold', flag],
  ['metadata', pairs],
  ['acl', notKept],
  ['contexts', notKept],
  ['kmsKeyName', notKept],
  ['retention', notKept],
]);

function refuse(name: string): never {
  throw new StorageError('invalid', `Invalid value for field ${name}.`);
}
