import type { z } from 'zod';
import type { AppError } from '../../runtime/errors.ts';
import { faultsOf, invalidRequest } from '../faults.ts';

/** Faults in the result of one item: a batch has many items. */
const MOST_ITEM_FAULTS = 5;

/**
 * The schema of one item of a batch. An invalid item becomes the `invalid-request` of its own result, with pointers into the
 * item. The other items are not affected.
 */
export function orFault<S extends z.ZodType>(item: S): z.ZodType<z.output<S> | AppError, z.input<S>> {
  // The OpenAPI document asks for the value of an absent item, and there is none.
  const fault = (context: z.core.$ZodCatchCtx | undefined) => context && refusal(context);
  return item.catch(fault as (context: z.core.$ZodCatchCtx) => z.output<S>);
}

function refusal({ error, value }: z.core.$ZodCatchCtx): AppError {
  return invalidRequest(faultsOf(error, value, MOST_ITEM_FAULTS));
}
