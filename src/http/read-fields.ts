import type { z } from 'zod';
import { AppError } from './errors.ts';
import { explainFault } from './fault-messages.ts';
import { faultsOf } from './read-input.ts';

/** The fields of a form as their schema describes them. Throws `invalid-request` with every fault by name. */
export function readFields<S extends z.ZodType>(schema: S, fields: Record<string, unknown>): z.output<S> {
  const parsed = schema.safeParse(fields, { error: explainFault });
  if (parsed.success) return parsed.data;
  const errors = faultsOf(parsed.error, fields);
  const [first] = errors;
  throw new AppError('invalid-request', `${first?.pointer.slice(1)}: ${first?.message}`, { errors });
}
