import type { Request } from 'express';
import { refuseForeignPage } from '../accounts/request-origin.ts';
import { AppError } from '../../runtime/errors.ts';
import { refuseEvenly } from '../../http/refuse-evenly.ts';
import type { Caller } from '../../http/route.ts';

/** Whose timeline a course route is about. */
export interface CourseIdentity {
  /** The user to post as. */
  poster(request: Request, name: string, idToken: string | undefined): Promise<Caller>;
  /** The account of a name, if it has been used before. */
  known(name: string): Promise<Caller | undefined>;
  /** The timeline that a caller, or a stranger, may read. */
  reader(caller: Caller | undefined, name: string): Promise<Readable>;
}

export interface Readable {
  owner: Caller;
  /** Whether the reader may post there. */
  mayPost: boolean;
}

export interface LocalIdentityDeps {
  /** The account of a name, created at its first use; refuses what is no handle. */
  vouch(name: string): Promise<Caller>;
  /** The account that has this handle. */
  find(name: string): Promise<Caller | undefined>;
}

/** In the local profile the stand-in identity vouches for whoever is named: these routes need no sign-in. */
export const namedUsers = ({ vouch, find }: LocalIdentityDeps): CourseIdentity => ({
  async poster(request, name) {
    refuseForeignPage(request, false);
    return vouch(name);
  },
  known: find,
  async reader(_caller, name) {
    const owner = await find(name);
    if (!owner) throw new AppError('not-found', `There is no user ${name} here.`);
    return { owner, mayPost: true };
  },
});

export interface CallerDeps {
  callerOf(request: Request): Promise<Caller | undefined>;
  /** The account that has this handle, if everybody may read its timeline. */
  findPublic(name: string): Promise<Caller | undefined>;
}

/**
 * Everywhere else callers must be signed in, and name themselves. Public timelines may be read by everybody. The form's
 * id_token is a bearer token.
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
      return requireNamed(await callerOf(request), name);
    },
  };
}
