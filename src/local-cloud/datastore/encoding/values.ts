import { createHash } from 'node:crypto';
import type { Entity, Timestamp, Value } from '../protocol.ts';
import { encodeKeyValue } from './keys.ts';
import { endOf, OrderedBytes, readEnded } from './ordered-bytes.ts';

/** The first byte of an encoded value: the order of the types among each other. */
export const TYPE_TAG = {
  null: 0x05,
  number: 0x10,
  timestamp: 0x18,
  boolean: 0x20,
  string: 0x28,
  blob: 0x30,
  geoPoint: 0x38,
  key: 0x40,
  entity: 0x48,
} as const;

/** How many bytes follow the tag, for types of one length. */
const SIZE: Partial<Record<number, number>> = {
  [TYPE_TAG.null]: 0,
  [TYPE_TAG.number]: 10,
  [TYPE_TAG.timestamp]: 9,
  [TYPE_TAG.boolean]: 1,
  [TYPE_TAG.geoPoint]: 16,
};

/** Entity values are ordered by their first bytes only; a digest keeps longer ones apart. */
const ENTITY_BYTES = 1500;

/** A value as bytes in value order. Equal numbers give equal bytes, integer or double. Arrays have no encoding. */
export function encodeValue(value: Value): Buffer {
  const out = new OrderedBytes();
  writeValue(out, value);
  return out.take();
}

/** The UTF-8 of the text that `encodeValue` was given; undefined for a value of another type. */
export function textBytes(bytes: Buffer): Buffer | undefined {
  return bytes[0] === TYPE_TAG.string ? readEnded(bytes, 1, bytes.length) : undefined;
}

/** The index just after the encoded value that begins at `from`. */
export function valueEnd(bytes: Uint8Array, from: number, inverted: boolean): number {
  const tag = inverted ? ~bytes[from]! & 0xff : bytes[from]!;
  const size = SIZE[tag];
  return size === undefined ? endOf(bytes, from + 1, inverted) : from + 1 + size;
}

/** Microseconds since the Unix epoch, rounded down. */
export function toMicros({ seconds = 0, nanos = 0 }: Timestamp): number {
  return Number(seconds) * 1e6 + Math.floor(nanos / 1e3);
}

export function toTimestamp(micros: number): { seconds: string; nanos: number } {
  const seconds = Math.floor(micros / 1e6);
  return { seconds: String(seconds), nanos: (micros - seconds * 1e6) * 1e3 };
}

function writeValue(out: OrderedBytes, value: Value) {
  switch (value.valueType) {
    case 'nullValue':
      return out.byte(TYPE_TAG.null);
    case 'integerValue':
      return writeInteger(out.byte(TYPE_TAG.number), value.integerValue);
    case 'doubleValue':
      return out.byte(TYPE_TAG.number).double(value.doubleValue).uint(0, 2);
    case 'timestampValue':
      return writeTimestamp(out.byte(TYPE_TAG.timestamp), value.timestampValue);
    case 'booleanValue':
      return out.byte(TYPE_TAG.boolean).byte(value.booleanValue ? 1 : 0);
    case 'stringValue':
      return out.byte(TYPE_TAG.string).text(value.stringValue);
    case 'blobValue':
      return out.byte(TYPE_TAG.blob).ended(value.blobValue);
    case 'geoPointValue':
      return out
        .byte(TYPE_TAG.geoPoint)
        .double(value.geoPointValue.latitude ?? 0)
        .double(value.geoPointValue.longitude ?? 0);
    case 'keyValue':
      return out.byte(TYPE_TAG.key).ended(encodeKeyValue(value.keyValue));
    case 'entityValue':
      return out.byte(TYPE_TAG.entity).ended(encodeEntity(value.entityValue));
    case 'arrayValue':
      break;
  }
  throw new TypeError('An array is indexed element by element.');
}

/**
 * The greatest double not above the integer, then what is missing to it: doubles above 2^53 are up to 1024 apart, and
 * 2^53 + 1 must sort after 2^53.0.
 */
function writeInteger(out: OrderedBytes, digits: string) {
  const near = Number(digits);
  if (Number.isSafeInteger(near)) return out.double(near).uint(0, 2);
  const exact = BigInt(digits);
  const floor = BigInt(near) > exact ? nextDown(near) : near;
  return out.double(floor).uint(Number(exact - BigInt(floor)), 2);
}

function nextDown(value: number): number {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE() + (value > 0 ? -1n : 1n));
  return bytes.readDoubleBE();
}

// Seconds from the year 1 on are made positive; 2^40 covers 34,000 years.
function writeTimestamp(out: OrderedBytes, { seconds = 0, nanos = 0 }: Timestamp) {
  return out.uint(Number(seconds) + 2 ** 40, 6).uint(Math.floor(nanos / 1e3), 3);
}

function encodeEntity({ properties = {} }: Entity): Buffer {
  const out = new OrderedBytes();
  for (const name of Object.keys(properties).sort()) {
    out.text(name);
    writeElements(out, properties[name]!);
  }
  const bytes = out.take();
  if (bytes.length <= ENTITY_BYTES) return bytes;
  return Buffer.concat([bytes.subarray(0, ENTITY_BYTES), createHash('sha256').update(bytes).digest()]);
}

function writeElements(out: OrderedBytes, value: Value) {
  const values = value.valueType === 'arrayValue' ? (value.arrayValue.values ?? []) : [value];
  for (const element of values) writeValue(out, element);
}
