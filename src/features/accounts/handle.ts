import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { randomText } from '../../runtime/ids.ts';

/** URLs drop `.` and `..` from a path, and Datastore reserves names like `__this__`. */
const FORM = /^(?!\.{1,2}$)(?!__.*__$)[a-z0-9._-]{1,30}$/;

/** The public name of a user in URLs. */
export const Handle = z
  .string()
  .regex(
    FORM,
    'A handle is 1 to 30 characters of a-z, 0-9, "-", "_" and ".", but not "." or ".." alone and not __like_this__.',
  )
  .describe('The public name of a user: 1 to 30 lower-case letters, digits, `-`, `_` and `.`.')
  .meta({ id: 'Handle' });
export type Handle = z.infer<typeof Handle>;

/**
 * Reads a handle that is not a part of a JSON body.
 * @throws AppError invalid-request with the rule
 */
export function parseHandle(name: string): Handle {
  const parsed = Handle.safeParse(name);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'This is not a handle.';
  throw new AppError('invalid-request', message, { errors: [{ pointer: '/name', code: 'invalid-format', message }] });
}

/** Generates a handle for a user whose wanted name is taken or not valid. */
export const generatedHandle = (): Handle => `user-${randomText(10).toLowerCase()}`;
