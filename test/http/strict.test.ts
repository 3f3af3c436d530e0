import { expect, test } from 'vitest';
import { z } from 'zod';
import { strict } from '../../src/http/input/read-input.ts';

const Inner = z.object({ a: z.string() });
const good = { a: 'x' };
const bad = { a: 'x', b: 1 };

test.each([
  ['an object', Inner, good, bad],
  ['a field', z.object({ inner: Inner }), { inner: good }, { inner: bad }],
  ['optional', z.object({ inner: Inner.optional() }), {}, { inner: bad }],
  ['nullable', z.object({ inner: Inner.nullable() }), { inner: null }, { inner: bad }],
  ['a default', Inner.default(good), undefined, bad],
  ['a list', z.array(Inner), [good], [good, bad]],
  ['a record', z.record(z.string(), Inner), { x: good }, { x: bad }],
  ['a union', z.union([z.string(), Inner]), 'x', bad],
  ['a union by a field', z.discriminatedUnion('a', [Inner.extend({ a: z.literal('x') })]), good, bad],
  ['a transformed value', Inner.transform(({ a }) => a), good, bad],
  ['a piped value', z.preprocess((value) => value, Inner), good, bad],
  ['a refined object', Inner.refine(({ a }) => a === 'x'), good, bad],
])('unknown fields are refused in %s', (_what, schema, known, unknown) => {
  expect(strict(schema).safeParse(known).success).toBe(true);
  expect(schema.safeParse(unknown).success).toBe(true);
  expect(strict(schema).safeParse(unknown).success).toBe(false);
});

test('checks, transforms and defaults stay', () => {
  expect(strict(Inner.refine(({ a }) => a !== 'x')).safeParse(good).success).toBe(false);
  expect(strict(Inner.transform(({ a }) => a.length)).parse(good)).toBe(1);
  expect(strict(z.object({ limit: z.coerce.number().default(50) })).parse({})).toEqual({ limit: 50 });
});

test('an object that wants unknown fields keeps them', () => {
  expect(strict(z.looseObject({ a: z.string() })).parse(bad)).toEqual(bad);
});
