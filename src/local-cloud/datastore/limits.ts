import { CloudError } from '../cloud-error.ts';
import type { Entity, Value } from './protocol.ts';

/** The limits of the service ("Limits" in Google's documentation, datastore.proto). Sizes in bytes. */
export const LIMITS = {
  entity: 1_048_572,
  indexedValue: 1500,
  unindexedValue: 1_048_487,
  propertyName: 1500,
  nesting: 20,
  indexRows: 20_000,
  compositeRows: 2 * 1024 * 1024,
  commit: 10 * 1024 * 1024,
  transforms: 500,
  lookupKeys: 1000,
} as const;

/** @throws CloudError INVALID_ARGUMENT that names the first property beyond a limit. */
export function checkProperties(entity: Entity, depth = 0, prefix = '') {
  if (depth > LIMITS.nesting) throw invalid(`Entity values are nested deeper than ${LIMITS.nesting}.`);
  for (const [name, value] of Object.entries(entity.properties ?? {})) {
    checkName(name);
    checkValue(value, prefix + name, depth);
  }
}

function checkName(name: string) {
  if (name === '') throw invalid('A property name must not be empty.');
  if (name.length * 3 > LIMITS.propertyName && Buffer.byteLength(name) > LIMITS.propertyName) {
    throw invalid('A property name is longer than 1500 bytes.');
  }
  if (/^__.*__$/s.test(name)) throw invalid(`The property name "${name}" is reserved.`);
}

function checkValue(value: Value, path: string, depth: number): void {
  if (!value.valueType) throw invalid(`The property "${path}" has no value.`);
  if (value.valueType === 'arrayValue') return checkElements(value.arrayValue.values ?? [], path, depth);
  if (value.valueType === 'entityValue') return checkProperties(value.entityValue, depth + 1, `${path}.`);
  if (value.valueType === 'stringValue') checkSize(Buffer.byteLength(value.stringValue), value, path);
  if (value.valueType === 'blobValue') checkSize(value.blobValue.length, value, path);
}

function checkElements(elements: Value[], path: string, depth: number) {
  for (const element of elements) {
    if (element.valueType === 'arrayValue') throw invalid(`An array cannot contain another array: "${path}".`);
    checkValue(element, path, depth);
  }
}

function checkSize(size: number, { excludeFromIndexes }: Value, path: string) {
  const limit = excludeFromIndexes ? LIMITS.unindexedValue : LIMITS.indexedValue;
  if (size > limit) throw invalid(`The value of property "${path}" is longer than ${limit} bytes.`);
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
