import type { ObjectFields } from '../engine/object.ts';
import { StorageError } from '../storage-error.ts';

const TEXTS = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'storageClass',
];
/** What an object would promise and nobody would keep. */
const NOT_KEPT = new Set(['acl', 'contexts', 'kmsKeyName', 'retention']);
const FLAGS = ['eventBasedHold', 'temporaryHold'];

/** What of an object resource a caller may set. What the service alone decides (name, size, …) is passed over. */
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
    if (value === undefined || (value === null && !keepNull)) continue;
    if (value !== null && NOT_KEPT.has(name))
      throw new StorageError('notImplemented', `The local cloud has no objects with ${name}.`);
    const read = READERS[name];
    if (read) fields[name] = value === null ? null : read(name, value);
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
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, entry === null ? null : String(entry)]));
};

const READERS: Record<string, Reader | undefined> = {
  ...Object.fromEntries(TEXTS.map((name) => [name, text])),
  ...Object.fromEntries(FLAGS.map((name) => [name, flag])),
  customTime: instant,
  metadata: pairs,
};

function refuse(name: string): never {
  throw new StorageError('invalid', `Invalid value for field ${name}.`);
}
