import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { refuseForeignPage } from '../accounts/request-origin.ts';
import type { Passkeys } from './passkeys.ts';
import { passkeyId, type Passkey } from './stored-passkeys.ts';

interface PasskeyRouteDeps {
  https: boolean;
  passkeys: Passkeys;
}

/** Base64url, as browsers send it. */
const Encoded = z.string().max(16_384);

/** A credential as `toJSON` of the browser writes it (WebAuthn Level 3, section 5.1). Browsers add members of their own. */
const credential = <Shape extends z.ZodRawShape>(response: Shape) =>
  z.object({
    response: z.looseObject({
      id: Encoded,
      rawId: Encoded,
      type: z.literal('public-key'),
      response: z.looseObject({ clientDataJSON: Encoded, ...response }),
      clientExtensionResults: z.looseObject({}),
    }),
  });

const Registration = credential({ attestationObject: Encoded });
const Authentication = credential({ authenticatorData: Encoded, signature: Encoded, userHandle: Encoded.nullish() });

/** Routes of passkeys, for the scripts of the pages. They exist where the service has no issuer. */
export const passkeyRoutes = ({ https, passkeys }: PasskeyRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/passkeys',
    summary: 'The passkeys of your account.',
    access: 'user',
    scope: 'read',
    documented: false,
    replies: { 200: 'application/json' },
    handle: async ({ caller }) => ({
      status: 200,
      body: { items: (await passkeys.list(caller)).map(present), next: null, prev: null },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys/options',
    summary: 'Begins to add a passkey. Needs a sign-in of the last 15 minutes.',
    access: 'user',
    scope: 'person',
    documented: false,
    replies: { 200: 'application/json' },
    handle: async ({ caller, request }) => ({ status: 200, body: await passkeys.beginAdding(request, caller) }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys',
    summary: 'Adds a passkey that an authenticator has made.',
    access: 'user',
    scope: 'person',
    documented: false,
    body: Registration,
    replies: { 201: 'application/json' },
    async handle({ body, caller, request }) {
      const response = body.response as unknown as RegistrationResponseJSON;
      return { status: 201, body: { id: await passkeys.add(request, caller, response) } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/passkeys/:id',
    summary: 'Removes a passkey from your account.',
    access: 'user',
    scope: 'person',
    documented: false,
    params: z.object({ id: z.string() }),
    replies: { 204: null },
    async handle({ caller, params }) {
      await passkeys.remove(caller, params.id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/session/passkey/options',
    summary: 'Begins a sign-in by a passkey.',
    access: 'public',
    documented: false,
    replies: { 200: 'application/json' },
    async handle({ request }) {
      refuseForeignPage(request, https);
      return { status: 200, body: await passkeys.beginSignIn(request) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/session/passkey',
    summary: 'Signs a page in by what an authenticator has signed.',
    access: 'public',
    documented: false,
    body: Authentication,
    replies: { 204: null },
    async handle({ body, request }) {
      refuseForeignPage(request, https);
      const response = body.response as unknown as AuthenticationResponseJSON;
      return { status: 204, headers: { 'Set-Cookie': await passkeys.signIn(request, response) } };
    },
  }),
];

const present = ({ credential, name, createdAt, usedAt, backedUp }: Passkey) => ({
  id: passkeyId(credential),
  name,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
  backedUp,
});
