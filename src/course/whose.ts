import type { Request } from 'express';
import { refuseForeignPage } from '../accounts/request-origin.ts';
import { AppError } from '../http/errors.ts';
import type { Caller } from '../http/route.ts';

/** Whose timeline a course route is about. */
export interface Whose {
  /** The user to post as. */
  poster(request: Request, name: string, idToken: string | undefined): Promise<Caller>;
  /** The account of a name, if it has been used before. */
  known(name: string): Promise<Caller | undefined>;
  /** The user whose timeline is read. */
  reader(request: Request, name: string): Promise<Caller>;
}

export interface LocalWhoseDeps {
  /** The account of a name, created at its first use; refuses what is no handle. */
  vouch(name: string): Promise<Caller>;
  /** The account that has this handle. */
  find(name: string): Promise<Caller | undefined>;
}

/** In the local profile the stand-in identity vouches for whoever is named: these routes need no sign-in. */
export const whoeverIsNamed = ({ vouch, find }: LocalWhoseDeps): Whose => ({
  async poster(request, name) {
    refuseForeignPage(request, false);
    return vouch(name);
  },
  known: find,
  async reader(_request, name) {
    const found = await find(name);
    if (!found) throw new AppError('not-found', `Nobody here is called ${name}.`);
    return found;
  },
});

export interface CallerDeps {
  callerOf(request: Request): Promise<Caller | undefined>;
  /** The account that has this handle, if everybody may read its timeline. */
  findPublic(name: string): Promise<Caller | undefined>;
}

/**
 * Everywhere else the caller must be signed in and be the one who is named, unless he reads a public timeline; the
 * form's id_token is a bearer token.
 */
export function onlyTheCaller({ callerOf, findPublic }: CallerDeps): Whose {
  const named = async (request: Request, name: string): Promise<Caller> => {
    const caller = await callerOf(request);
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
    reader: async (request, name) => (await findPublic(name)) ?? named(request, name),
    async poster(request, name, idToken) {
      if (idToken !== undefined) request.headers.authorization ??= `Bearer ${idToken}`;
      return named(request, name);
    },
  };
}
