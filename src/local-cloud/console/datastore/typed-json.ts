import type { Entity, Key, Timestamp, Value } from '../../datastore/protocol.ts';
import { ConsoleFault } from '../section.ts';
import { jsonIn } from './json-in.ts';
import { timestampText } from './value-words.ts';

/*
 * Properties as JSON with their types, as the REST API of Datastore spells them (projects.lookup, Value). A text that holds
 * JSON is `jsonText` with the JSON itself, so that it can be read and edited.
 */

/** A JSON object, not checked yet. */
type Fields = Record<string, unknown>;

/** Writes properties for a person to edit. */
export function writeProperties({ properties = {} }: Entity): string {
  return JSON.stringify(toFields(properties), null, 2);
}

const toFields = (properties: Record<string, Value>): Fields =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toTyped(value)]));

function toTyped(value: Value): Fields {
  const { meaning, excludeFromIndexes } = value;
  return {
    ...toContent(value),
    ...(excludeFromIndexes && { excludeFromIndexes }),
    ...(meaning && { meaning }),
  };
}

function toContent(value: Value): Fields {
  switch (value.valueType) {
    case 'nullValue':
      return { nullValue: null };
    case 'stringValue': {
      const held = jsonIn(value.stringValue);
      // Only a text that is written again just as it was.
      return held && JSON.stringify(held) === value.stringValue
        ? { jsonText: held }
        : { stringValue: value.stringValue };
    }
    case 'timestampValue':
      return { timestampValue: timestampText(value.timestampValue) };
    case 'blobValue':
      return { blobValue: Buffer.from(value.blobValue).toString('base64') };
    case 'doubleValue':
      // Infinity and NaN are no JSON: the REST API spells them as texts.
      return { doubleValue: Number.isFinite(value.doubleValue) ? value.doubleValue : String(value.doubleValue) };
    case 'entityValue': {
      const { key, properties = {} } = value.entityValue;
      return { entityValue: { ...(key && { key }), properties: toFields(properties) } };
    }
    case 'arrayValue':
      return { arrayValue: { values: (value.arrayValue.values ?? []).map(toTyped) } };
    case 'booleanValue':
    case 'integerValue':
    case 'keyValue':
    case 'geoPointValue':
      break;
  }
  return { [value.valueType]: (value as unknown as Fields)[value.valueType] };
}

/**
 * Reads properties that a person has edited.
 * @throws ConsoleFault 400 with the place of the first fault
 */
export function readProperties(text: string): Record<string, Value> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConsoleFault(400, `This is not JSON: ${(error as Error).message}.`);
  }
  return fromFields(fieldsOf(parsed, 'The text'), '');
}

const fromFields = (fields: Fields, place: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([name, typed]) => [name, fromTyped(typed, `${place}${name}`)]));

const BESIDE_TYPES = new Set(['excludeFromIndexes', 'meaning']);

function fromTyped(typed: unknown, place: string): Value {
  const fields = fieldsOf(typed, place);
  const types = Object.keys(fields).filter((name) => !BESIDE_TYPES.has(name));
  const [type = ''] = types;
  const read = READERS[type];
  if (types.length !== 1 || !read) {
    throw fault(place, `must have exactly one of ${Object.keys(READERS).join(', ')}`);
  }
  const { excludeFromIndexes, meaning } = fields;
  if (excludeFromIndexes !== undefined && typeof excludeFromIndexes !== 'boolean') {
    throw fault(`${place}.excludeFromIndexes`, 'must be true or false');
  }
  if (meaning !== undefined && !Number.isInteger(meaning)) throw fault(`${place}.meaning`, 'must be a whole number');
  const value = read(fields[type], `${place}.${type}`);
  return {
    ...value,
    ...(excludeFromIndexes === true && { excludeFromIndexes }),
    ...(meaning !== undefined && { meaning: meaning as number }),
  };
}

const READERS: Record<string, (content: unknown, place: string) => Value> = {
  nullValue(content, place) {
    if (content !== null && content !== 'NULL_VALUE') throw fault(place, 'must be null');
    return { valueType: 'nullValue', nullValue: 'NULL_VALUE' };
  },
  booleanValue(content, place) {
    if (typeof content !== 'boolean') throw fault(place, 'must be true or false');
    return { valueType: 'booleanValue', booleanValue: content };
  },
  integerValue: (content, place) => ({ valueType: 'integerValue', integerValue: integerIn(content, place) }),
  doubleValue: (content, place) => ({ valueType: 'doubleValue', doubleValue: doubleIn(content, place) }),
  timestampValue: (content, place) => ({ valueType: 'timestampValue', timestampValue: timestampIn(content, place) }),
  keyValue: (content, place) => ({ valueType: 'keyValue', keyValue: keyIn(content, place) }),
  stringValue: (content, place) => ({ valueType: 'stringValue', stringValue: textIn(content, place) }),
  jsonText(content, place) {
    if (typeof content !== 'object' || content === null) throw fault(place, 'must be an object or a list');
    return { valueType: 'stringValue', stringValue: JSON.stringify(content) };
  },
  blobValue(content, place) {
    const text = textIn(content, place);
    if (!/^[\w+/-]*={0,2}$/.test(text)) throw fault(place, 'must be base64');
    return { valueType: 'blobValue', blobValue: Buffer.from(text, 'base64') };
  },
  geoPointValue(content, place) {
    const { latitude = 0, longitude = 0 } = fieldsOf(content, place);
    if (typeof latitude !== 'number' || typeof longitude !== 'number') {
      throw fault(place, 'must have latitude and longitude as numbers');
    }
    return { valueType: 'geoPointValue', geoPointValue: { latitude, longitude } };
  },
  entityValue(content, place) {
    const { key, properties = {} } = fieldsOf(content, place);
    const read = fromFields(fieldsOf(properties, `${place}.properties`), `${place}.properties.`);
    const entityValue = { properties: read, ...(key !== undefined && { key: keyIn(key, `${place}.key`) }) };
    return { valueType: 'entityValue', entityValue };
  },
  arrayValue(content, place) {
    const { values = [] } = fieldsOf(content, place);
    if (!Array.isArray(values)) throw fault(`${place}.values`, 'must be a list');
    const read = values.map((value, at) => fromTyped(value, `${place}.values[${at}]`));
    return { valueType: 'arrayValue', arrayValue: { values: read } };
  },
};

function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(place, 'must be an object');
  return value as Fields;
}

function textIn(content: unknown, place: string): string {
  if (typeof content !== 'string') throw fault(place, 'must be a text');
  return content;
}

/** A text of digits, since JSON numbers lose digits beyond 2^53. */
function integerIn(content: unknown, place: string): string {
  const text = typeof content === 'number' && Number.isSafeInteger(content) ? String(content) : content;
  if (typeof text === 'string' && /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) {
    return String(BigInt(text));
  }
  throw fault(place, 'must be a whole number of 64 bits, as a text of digits');
}

function doubleIn(content: unknown, place: string): number {
  if (typeof content === 'number') return content;
  if (content === 'NaN' || content === 'Infinity' || content === '-Infinity') return Number(content);
  throw fault(place, 'must be a number');
}

function timestampIn(content: unknown, place: string): Timestamp {
  const [, whole, fraction = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(textIn(content, place)) ?? [];
  const ms = Date.parse(`${whole}Z`);
  if (Number.isNaN(ms)) throw fault(place, 'must be a time such as 2026-11-30T18:00:00.000000Z');
  return { seconds: String(ms / 1000), nanos: Number(fraction.padEnd(9, '0')) };
}

function keyIn(content: unknown, place: string): Key {
  const { path, partitionId } = fieldsOf(content, place);
  const isPath = Array.isArray(path) && path.length > 0 && path.every(isElement);
  if (!isPath) throw fault(`${place}.path`, 'must be a list of elements with kind and name, or kind and id');
  return { path, ...(partitionId !== undefined && { partitionId: fieldsOf(partitionId, `${place}.partitionId`) }) };
}

function isElement(element: unknown): boolean {
  const { kind, name, id } = (element ?? {}) as Fields;
  return typeof kind === 'string' && (typeof name === 'string' || (typeof id === 'string' && /^\d{1,19}$/.test(id)));
}

const fault = (place: string, words: string) => new ConsoleFault(400, `${place} ${words}.`);
