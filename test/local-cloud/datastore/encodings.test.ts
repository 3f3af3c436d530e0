import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePath, encodePath } from '../../../src/local-cloud/datastore/encoding/keys.ts';
import { END, inverted } from '../../../src/local-cloud/datastore/encoding/ordered-bytes.ts';
import { encodeValue, valueEnd } from '../../../src/local-cloud/datastore/encoding/values.ts';
import type { PathElement, Value } from '../../../src/local-cloud/datastore/protocol.ts';
import { MessageWriter } from '../../../src/local-cloud/datastore/wire/message-writer.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom('', '\0', '\0\0', '\uffff', '\u{10ffff}'),
);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const near53 = fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n });
const integer = fc.oneof(int64, near53, fc.bigInt({ min: -3n, max: 3n }));
const double = fc.double().map((value) => (value === 0 ? 0 : value));

const asInteger = (value: bigint): Value => ({ valueType: 'integerValue', integerValue: value.toString() });
const asDouble = (value: number): Value => ({ valueType: 'doubleValue', doubleValue: value });
const asText = (value: string): Value => ({ valueType: 'stringValue', stringValue: value });
const value = fc.oneof(integer.map(asInteger), double.map(asDouble), text.map(asText));

const element: fc.Arbitrary<PathElement> = fc.oneof(
  fc.record({ kind: text.filter(Boolean), name: text.filter(Boolean) }),
  fc.record({ kind: text.filter(Boolean), id: int64.filter((id) => id !== 0n).map(String) }),
);

test('integers and doubles are ordered exactly among each other', () => {
  fc.assert(
    fc.property(integer, fc.oneof(double, near53.map(Number)), (whole, fraction) => {
      const order = Buffer.compare(encodeValue(asInteger(whole)), encodeValue(asDouble(fraction)));
      // JavaScript compares a bigint with a number exactly; NaN comes before all numbers.
      expect(order).toBe(Number.isNaN(fraction) || whole > fraction ? 1 : whole < fraction ? -1 : 0);
    }),
  );
});

test('texts are ordered by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Buffer.compare(encodeValue(asText(a)), encodeValue(asText(b)))).toBe(
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
    }),
  );
});

test('the end of a value is found among what follows, turned round or not', () => {
  fc.assert(
    fc.property(value, value, (first, second) => {
      const bytes = encodeValue(first);
      const both = Buffer.concat([bytes, encodeValue(second)]);
      expect([valueEnd(both, 0, false), valueEnd(inverted(both), 0, true)]).toEqual([bytes.length, bytes.length]);
    }),
  );
});

test('a path reads back from its bytes, and a parent sorts before its child', () => {
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), element, (path, child) => {
      const parent = Buffer.concat([encodePath(path), END]);
      expect(decodePath(parent)).toEqual(path);
      expect(Buffer.compare(parent, Buffer.concat([encodePath([...path, child]), END]))).toBe(-1);
    }),
  );
});

test('a message of any size is written with the right lengths', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), fc.nat({ max: 300 }), (inner, outer) => {
      const writer = new MessageWriter().bytes(1, Buffer.alloc(outer, 1));
      const bytes = writer.message(2, () => writer.bytes(3, Buffer.alloc(inner, 7)).integer(4, inner)).finish();
      const [first, rest] = readField(bytes);
      const [second, end] = readField(rest);
      const [third] = readField(second);
      expect([first.length, third.length, end.length]).toEqual([outer, inner, 0]);
      expect(third.every((byte) => byte === 7)).toBe(true);
    }),
  );
});

/** The content of a field that has a length, and what follows it. */
function readField(bytes: Buffer): [Buffer, Buffer] {
  let length = 0;
  let at = 1;
  for (let shift = 0; ; shift += 7) {
    length += (bytes[at]! & 0x7f) * 2 ** shift;
    if (bytes[at++]! < 0x80) return [bytes.subarray(at, at + length), bytes.subarray(at + length)];
  }
}
