import type { NeededScope } from '../../src/http/scopes.ts';
import type { BadToken, Owner } from './google-world.ts';

/** Callers who are not the owner of anything that a route names. */
export const STRANGERS = [
  'anonymous',
  'expired',
  'revoked',
  'foreign issuer',
  'alg: none',
  'wrong audience',
  'public key as secret',
  'forged platform',
  'erased',
  'revoked token',
  'expired token',
  'token without scope',
  'grant',
  'share guest',
  'viewer',
  'contributor',
  'other user',
] as const;

/** Every caller of the matrix: the owner's cookie in the hands of a foreign page, and the owner, come last. */
export const CALLERS = [...STRANGERS, 'foreign page', 'token with all scopes', 'own page', 'owner'] as const;

export type CallerName = (typeof CALLERS)[number];

/** What the headers of callers are made of. */
export interface Credentials {
  owner: Owner;
  /** A second owner, for the page: a thing can be deleted once. */
  pageOwner: Owner;
  other: string;
  /** Members of the owner's album: one who looks at it, and one who may add photos. */
  members: Record<'viewer' | 'contributor', string>;
  /** A token of an account that was erased. */
  erased: string;
  bad: Record<BadToken, string>;
  /** A third owner with a personal token for everything, or the first one where such a token is refused. */
  tokenOwner: Owner;
  personalTokens: {
    withAllScopes: string;
    /** Tokens of the owner with all scopes but one, by the missing scope. */
    without: Partial<Record<NeededScope, string>>;
    revoked: string;
    expired: string;
  };
}

/** The headers by which a caller presents itself at a route that needs a scope of personal tokens. */
export function headersOf(name: CallerName, scope: NeededScope | undefined, credentials: Credentials) {
  const { owner, pageOwner, other, members, erased, bad, personalTokens } = credentials;
  // What no scope opens, a token with all of them does not open either.
  const withoutScope = (scope && personalTokens.without[scope]) ?? owner.personalToken;
  const headers: Record<CallerName, Record<string, string>> = {
    anonymous: {},
    expired: bearer(bad.expired),
    revoked: { Cookie: owner.revoked, 'Sec-Fetch-Site': 'same-origin' },
    'foreign issuer': bearer(bad['foreign issuer']),
    'alg: none': bearer(bad['alg: none']),
    'wrong audience': bearer(bad['wrong audience']),
    'public key as secret': bearer(bad['public key as secret']),
    'forged platform': forged(owner),
    erased: bearer(erased),
    'revoked token': bearer(personalTokens.revoked),
    'expired token': bearer(personalTokens.expired),
    'token without scope': bearer(withoutScope),
    grant: bearer(owner.grant),
    'token with all scopes': bearer(personalTokens.withAllScopes),
    'foreign page': { Cookie: owner.cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    'share guest': bearer(owner.shareToken),
    viewer: bearer(members.viewer),
    contributor: bearer(members.contributor),
    'other user': bearer(other),
    'own page': { Cookie: pageOwner.cookie, 'Sec-Fetch-Site': 'same-origin' },
    owner: bearer(owner.token),
  };
  return headers[name];
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** What Cloud Tasks, cron, the Identity-Aware Proxy and the local cloud send, from outside. */
const forged = ({ user, token }: Owner) => ({
  'X-AppEngine-QueueName': 'default',
  'X-AppEngine-TaskName': 'a-task',
  'X-Appengine-Cron': 'true',
  'X-CloudTasks-QueueName': 'default',
  'X-AppEngine-User-Id': user,
  'X-AppEngine-User-Is-Admin': '1',
  'X-Appengine-Inbound-Appid': 'photo-timeline',
  'X-Local-Cloud-Secret': 'a-guess-of-the-secret',
  'X-Goog-IAP-JWT-Assertion': token,
  'X-Goog-Authenticated-User-Id': user,
  'X-Forwarded-User': user,
});
