import { deepStrictEqual } from 'node:assert/strict';
import type { z } from 'zod';

/**
 * Returns the body of a reply, typed by the reply schema of its route. Throws if the body does not match the schema, or
 * has a field that the schema does not name: a client would see an undocumented field.
 */
export function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.parse(body);
  deepStrictEqual(body, parsed);
  return parsed;
}
