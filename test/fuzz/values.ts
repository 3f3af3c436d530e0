import * as fc from 'fast-check';
import { strangeText } from './texts.ts';

/** The part of JSON Schema that the document uses for what comes in. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  description?: string;
}

export interface Vocabulary {
  schemas: Record<string, JsonSchema>;
  /** What stands for a text whose pattern or description a generator cannot follow: real ids, handles, times. */
  texts: readonly string[];
}

/** Values of a schema. About one node in ten is another value than the schema says. */
export function valueOf(schema: JsonSchema, words: Vocabulary): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 10, arbitrary: valid(schema, words) }, { weight: 1, arbitrary: hostile() });
}

function valid(schema: JsonSchema, words: Vocabulary): fc.Arbitrary<unknown> {
  const { $ref, enum: values, anyOf, oneOf = anyOf } = schema;
  if ($ref) return valid(words.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, words);
  if ('const' in schema) return fc.constant(schema.const);
  if (values) return fc.constantFrom(...values);
  if (oneOf) return fc.oneof(...oneOf.map((each) => valid(each, words)));
  if (schema.type === 'object') return objectOf(schema, words);
  if (schema.type === 'array') return arrayOf(schema, words);
  if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  return schema.type === 'string' ? textOf(schema, words) : fc.jsonValue({ maxDepth: 2 });
}

function objectOf({ properties = {}, required = [] }: JsonSchema, words: Vocabulary): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valueOf(each, words)]));
  const known = fc.record(model, { requiredKeys: required });
  const more = fc.dictionary(strangeText(), hostile(), { maxKeys: 2 });
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, more).map(([value, unknown]) => Object.assign(value, unknown)) },
  );
}

const arrayOf = ({ items = {}, minItems = 0, maxItems = 20 }: JsonSchema, words: Vocabulary): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.array(valueOf(items, words), { minLength: minItems, maxLength: Math.min(maxItems, 4) }),
    },
    // One more than is allowed, of one value: cheap to make.
    { weight: 1, arbitrary: valid(items, words).map((item) => Array.from({ length: maxItems + 1 }, () => item)) },
  );

const numberOf = ({ type, minimum = -1000, maximum = 1000 }: JsonSchema): fc.Arbitrary<number> => {
  const max = Math.min(maximum, 10_000);
  return type === 'integer' ? fc.integer({ min: minimum, max }) : fc.double({ min: minimum, max, noNaN: true });
};

function textOf(
  { pattern, minLength = 0, maxLength = 60, format }: JsonSchema,
  { texts }: Vocabulary,
): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2019-07-01T10:00:00Z', '1999-12-31T23:59:60Z');
  // Of a pattern some real text fits: an id, a checksum, a handle.
  const fitting = pattern === undefined ? texts : texts.filter((text) => new RegExp(pattern).test(text));
  const free = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
  return fitting.length > 0
    ? fc.oneof(fc.constantFrom(...fitting), pattern === undefined ? free : fc.constantFrom(...fitting))
    : free;
}

/** A value of JSON that no schema has in mind. */
export const hostile = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: strangeText() },
    {
      weight: 3,
      arbitrary: fc.constantFrom<unknown>(
        null,
        true,
        0,
        -0,
        -1,
        1.5,
        1e308,
        2 ** 53,
        Number.MIN_VALUE,
        [],
        {},
        [[]],
        [null],
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 2000 }).map(nested) },
  );

/** Arrays in arrays. */
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** The text of a JSON body: as it is, or broken. */
export const jsonText = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: value.map((each) => JSON.stringify(each)) },
    { weight: 1, arbitrary: fc.tuple(value, fc.double({ min: 0, max: 1, noNaN: true })).map(cutJson) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        ' ',
        '{',
        '{"a":1,}',
        '\ufeff{}',
        '{"a":1}{}',
        '1e999',
        '"\\ud800"',
        '{"__proto__":{"a":1}}',
        'nul',
      ),
    },
  );

function cutJson([value, part]: [unknown, number]): string {
  const text = JSON.stringify(value);
  return text.slice(0, Math.floor(part * text.length));
}
