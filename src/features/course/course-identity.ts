import type { Request } from 'express';
import { refuseForeignPage } from '../accounts/request-origin.ts';
import { AppError } from '../../runtime/errors.ts';
import { refuseEvenly } from '../../http/refuse-evenly.ts';
import type { Caller } from '../../http/route.ts';
import { requireScope } from '../../http/scopes.ts';

/** Decides which user a course route reads or posts for. */
export interface CourseIdentity {
  /** Returns the user to post as. */
  poster(request: Request, name: string, idToken: string | undefined): Promise<Caller>;
  /** Returns the account of a name if it exists. */
  known(name: string): Promise<Caller | undefined>;
  /** Returns the timeline that a caller, or a stranger, may read. */
  reader(caller: Caller | undefined, name: string): Promise<Readable>;
}

export interface Readable {
  owner: Caller;
  /** Whether the reader may post there. */
  mayPost: boolean;
}

interface LocalIdentityDeps {
  /** Returns the account of a name, and creates it at its first use. Refuses a name that is no handle. */
  accountOfName(name: string): Promise<Caller>;
  /** Returns the account that has this handle. */
  find(name: string): Promise<Caller | undefined>;
}

/** In the local profile any name counts as signed in: these routes need no sign-in. */
export const namedUsers = ({ accountOfName, find }: LocalIdentityDeps): CourseIdentity => ({
  async poster(request, name) {
    refuseForeignPage(request, false);
    return accountOfName(name);
  },
  known: find,
  async reader(_caller, name) {
    const owner = await find(name);
    if (!owner) throw new AppError('not-found', `There is no user ${name} here.`);
    return { owner, mayPost: true };
  },
});

interface CallerDeps {
  callerOf(request: Request): Promise<Caller | undefined>;
  /** Returns the account that has this handle if its timeline is public. */
  findPublic(name: string): Promise<Caller | undefined>;
}

/**
 * In the google profile callers must be signed in, and post only under their own name. Everyone may read a public
 * timeline. The form's id_token is a bearer token.
 */
export function callersOnly({ callerOf, findPublic }: CallerDeps): CourseIdentity {
  const requireNamed = (caller: Caller | undefined, name: string): Caller => {
    if (!caller) {
      throw new AppError('unauthenticated', 'Send an ID token: as a bearer token, or as id_token before the file.', {
        reason: 'no-credentials',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    if (caller.handle !== name) throw new AppError('not-found', 'There is no such timeline.');
    return caller;
  };
  return {
    known: async () => undefined,
    reader: (caller, name) =>
      refuseEvenly(async () => {
        const owner = (await findPublic(name)) ?? requireNamed(caller, name);
        return { owner, mayPost: caller?.user === owner.user };
      }),
    async poster(request, name, idToken) {
      if (idToken !== undefined) request.headers.authorization ??= `Bearer ${idToken}`;
      const caller = requireNamed(await callerOf(request), name);
      requireScope(caller, 'upload');
      return caller;
    },
  };
}
