import type { z } from 'zod';
import { explainFault } from './fault-messages.ts';
import { faultsOf, invalidRequest } from '../faults.ts';

/**
 * Reads the fields of a form by their schema.
 * @throws AppError invalid-request with the faults by name
 */
export function readFields<S extends z.ZodType>(schema: S, fields: Record<string, unknown>): z.output<S> {
  const parsed = schema.safeParse(fields, { error: explainFault });
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error, fields);
  const [first] = faults.told;
  throw invalidRequest(faults, `${first?.pointer.slice(1)}: ${first?.message}`);
}
