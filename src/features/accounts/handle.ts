import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { randomText } from '../../runtime/ids.ts';

/** `.` and `..` would vanish from a URL's path, and Datastore keeps names like `__this__` for itself. */
const FORM = /^(?!\.{1,2}$)(?!__.*__$)[a-z0-9._-]{1,30}$/;

/** The public name of a user, as it stands in URLs. */
export const Handle = z
  .string()
  .regex(
    FORM,
    'A handle is 1 to 30 characters of a-z, 0-9, "-", "_" and ".", but not "." or ".." alone and not __like_this__.',
  )
  .describe('The public name of a user: 1 to 30 lower-case letters, digits, `-`, `_` and `.`.')
  .meta({ id: 'Handle' });
export type Handle = z.infer<typeof Handle>;

/** Reads a name that came by another way than a JSON body. Throws AppError `invalid-request` with the rule. */
export function parseHandle(name: string): Handle {
  const parsed = Handle.safeParse(name);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'This is no handle.';
  throw new AppError('invalid-request', message, { errors: [{ pointer: '/name', code: 'invalid-format', message }] });
}

/** A handle for somebody whose wish is taken or impossible. */
export const generatedHandle = (): Handle => `user-${randomText(10).toLowerCase()}`;
