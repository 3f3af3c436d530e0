import type { z } from 'zod';
import { AppError } from './errors.ts';
import { faultsOf, summaryOf } from './read-input.ts';

/**
 * The schema of one item of a batch. An item that does not fit becomes the `invalid-request` that its own result tells
 * of, with pointers into the item, while the other items go on.
 */
export function orFault<S extends z.ZodType>(item: S): z.ZodType<z.output<S> | AppError, z.input<S>> {
  // The OpenAPI document asks for the value of an absent item, and there is none.
  const fault = (context: z.core.$ZodCatchCtx | undefined) => context && refusal(context);
  return item.catch(fault as (context: z.core.$ZodCatchCtx) => z.output<S>);
}

function refusal({ error, value }: z.core.$ZodCatchCtx): AppError {
  const faults = faultsOf(error, value);
  return new AppError('invalid-request', summaryOf(faults), { errors: faults });
}
