import type { Request } from 'express';
import { z } from 'zod';
import { readPlainForm } from '../../http/forms/plain-form.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { callerSigningIn, type CallerDeps } from './caller.ts';
import { Handle, parseHandle } from './handle.ts';
import { refuseForeignPage } from './request-origin.ts';
import { ownPath } from './own-path.ts';
import { signIn, type SignInDeps } from './sign-in.ts';

interface LocalRouteDeps extends CallerDeps, SignInDeps {
  /** URL of the stand-in issuer. */
  localIssuer: string;
  /** Origins of web apps, which may ask for a token as our own pages may. It sets no cookie. */
  allowedOrigins: readonly string[];
}

const Name = z.object({ name: Handle }).meta({ id: 'LocalName' });

export const LocalToken = z
  .object({ token: z.string(), expiresIn: z.int().describe('Seconds until the token expires.') })
  .meta({ id: 'LocalToken' });

/** Routes that sign in by a name alone, for the local profile: its stand-in issuer accepts any name. */
export const localAccountRoutes = (deps: LocalRouteDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/local/token',
    summary:
      'Signs in by a name and returns an ID token of the stand-in issuer. This creates the account, also after an erasure.',
    access: 'public',
    body: Name,
    replies: { 200: LocalToken },
    errors: ['registration-closed', 'cross-site-request'],
    async handle({ body, request }) {
      if (!deps.allowedOrigins.includes(request.headers.origin ?? '')) refuseForeignPage(request, deps.https);
      const minted = await askForToken(deps, body.name);
      await callerSigningIn(deps, request, minted.token);
      return { status: 200, body: minted, headers: { 'Cache-Control': 'no-store' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/signin',
    summary: 'Signs a page in from a form with the field `name`, and redirects to the path `returnTo`.',
    access: 'public',
    documented: false,
    replies: { 303: null },
    async handle({ request }) {
      refuseForeignPage(request, deps.https);
      const { name, returnTo } = await readForm(request);
      const { token } = await askForToken(deps, name);
      const account = (await callerSigningIn(deps, request, token)) ?? notSignedIn();
      const { cookie } = await signIn(deps, request, account);
      return { status: 303, headers: { 'Set-Cookie': cookie, Location: returnTo } };
    },
  }),
];

async function askForToken({ localIssuer }: LocalRouteDeps, name: Handle): Promise<z.output<typeof LocalToken>> {
  const response = await fetch(`${localIssuer}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`The stand-in issuer answered ${response.status}.`);
  return LocalToken.parse(await response.json());
}

function notSignedIn(): never {
  throw new Error('The token of the stand-in issuer does not sign in.');
}

const MAX_FORM_BYTES = 4096;

async function readForm(request: Request): Promise<{ name: Handle; returnTo: string }> {
  const fields = await readPlainForm(request, MAX_FORM_BYTES);
  return { name: parseHandle(handleFrom(fields.get('name') ?? '')), returnTo: ownPath(fields.get('returnTo')) };
}

/** People write `Ana Maria`, and mean the handle `ana-maria`. */
const handleFrom = (name: string) => name.trim().toLowerCase().replaceAll(/\s+/g, '-');
