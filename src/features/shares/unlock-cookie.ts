import type { Request } from 'express';
import { createHash } from 'node:crypto';
import { UNLOCK_LIFE_MS } from '../../signing/unlock-token.ts';
import { readCookie, writeCookie, type CookieDeps } from '../accounts/cookies.ts';

/** The token by which a request opens a share with a password: in its header, or in the cookie of a page. */
export const unlockOf = (deps: CookieDeps, request: Request, token: string): string | undefined =>
  request.get('Share-Unlock') ?? readCookie(deps, cookieName(token), request.headers);

/** The cookie that keeps a share open on pages. It only reads, so that no page of another site can do harm with it. */
export const unlockCookie = (deps: CookieDeps, token: string, unlock: string): string =>
  writeCookie(deps, { name: cookieName(token), value: unlock, maxAgeSeconds: UNLOCK_LIFE_MS / 1000 });

/** Each share has a cookie of its own, whose name does not tell the token. */
const cookieName = (token: string) => `share-${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
