import type { Request } from 'express';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { mac, sign, verify } from '../../signing/mac.ts';
import { readCookie, writeCookie, type CookieDeps } from '../accounts/cookies.ts';

export interface AttemptDeps extends CookieDeps {
  clock: Clock;
  signingKeys: SigningKeys;
}

/** Time that a person has at the issuer. */
const LIFETIME_SECONDS = 600;

const NAME = 'sign-in';
const PURPOSE = 'sign-in attempt';

const Attempt = z.object({
  /** The URL of the issuer. */
  issuer: z.string(),
  /** A path on this host. */
  returnTo: z.string(),
  /** The account to which the identity is linked. Without it the identity signs in. */
  linkTo: z.string().optional(),
  seed: z.string(),
  /** Milliseconds since the Unix epoch. */
  expiresAt: z.number(),
});

/** A sign-in that was begun in one browser, which keeps it in a cookie. Nothing is stored here. */
export type Attempt = z.output<typeof Attempt>;

/** What ties the answer of the issuer to an attempt. All of it follows from the seed and a key of this service. */
export interface AttemptSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Begins an attempt. Returns its secrets, and the `Set-Cookie` header that binds them to the browser. */
export function beginAttempt(
  deps: AttemptDeps,
  wanted: Pick<Attempt, 'issuer' | 'returnTo' | 'linkTo'>,
): { cookie: string; secrets: AttemptSecrets } {
  const seed = randomBytes(32).toString('base64url');
  const expiresAt = deps.clock.now() + LIFETIME_SECONDS * 1000;
  const text = JSON.stringify({ ...wanted, seed, expiresAt } satisfies Attempt);
  const signature = sign(deps.signingKeys, PURPOSE, text).toString('base64url');
  const value = `${Buffer.from(text).toString('base64url')}.${signature}`;
  return {
    cookie: writeCookie(deps, { name: NAME, value, maxAgeSeconds: LIFETIME_SECONDS }),
    secrets: secretsOf(deps, seed),
  };
}

/** Returns the attempt that the browser has begun. Undefined if there is none, or if it is too old. */
export function attemptOf(
  deps: AttemptDeps,
  request: Request,
): { attempt: Attempt; secrets: AttemptSecrets } | undefined {
  const [encoded = '', signature = ''] = readCookie(deps, NAME, request.headers)?.split('.') ?? [];
  const text = Buffer.from(encoded, 'base64url').toString();
  if (!verify(deps.signingKeys, PURPOSE, text, Buffer.from(signature, 'base64url'))) return undefined;
  const attempt = Attempt.parse(JSON.parse(text));
  return attempt.expiresAt > deps.clock.now() ? { attempt, secrets: secretsOf(deps, attempt.seed) } : undefined;
}

/** Writes the `Set-Cookie` header that ends an attempt in the browser. */
export const endedAttempt = (deps: AttemptDeps): string =>
  writeCookie(deps, { name: NAME, value: '', maxAgeSeconds: 0 });

/** By the newest key: after a change of the key, the attempts of ten minutes begin again. */
function secretsOf({ signingKeys: [key] }: AttemptDeps, seed: string): AttemptSecrets {
  const secret = (purpose: string) => mac(key, `sign-in ${purpose}`, seed).toString('base64url');
  return { state: secret('state'), nonce: secret('nonce'), codeVerifier: secret('code verifier') };
}
