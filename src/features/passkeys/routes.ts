import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
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

/** What the browser's `navigator.credentials` takes, as the library writes it (WebAuthn Level 3, sections 5.4 and 5.5). */
const CeremonyOptions = z
  .looseObject({ challenge: z.string() })
  .describe(
    "For the browser's `navigator.credentials`: see `parseCreationOptionsFromJSON` and its sibling in WebAuthn.",
  )
  .meta({ id: 'CeremonyOptions' });

const PasskeyView = z
  .object({
    id: z.string(),
    name: z.string().describe('The browser that made it.'),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    backedUp: z.boolean().describe('Whether the authenticator has said that it keeps a copy elsewhere.'),
  })
  .meta({ id: 'Passkey' });

const PasskeyList = z
  .object({ items: z.array(PasskeyView), next: z.null(), prev: z.null() })
  .meta({ id: 'PasskeyList' });

const AddedPasskey = z.object({ id: z.string().describe('The id of a passkey.') }).meta({ id: 'AddedPasskey' });

/** Routes of passkeys, for the scripts of the pages. They exist where the service has no issuer. */
export const passkeyRoutes = ({ https, passkeys }: PasskeyRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/passkeys',
    summary: 'The passkeys of your account.',
    access: 'user',
    scope: 'read',
    replies: { 200: PasskeyList, 304: null },
    async handle({ caller }) {
      const body = { items: (await passkeys.list(caller)).map(present), next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys/options',
    summary: 'Begins to add a passkey. Needs a sign-in of the last 15 minutes.',
    access: 'user',
    scope: 'person',
    replies: { 200: CeremonyOptions },
    errors: ['fresh-sign-in-required', 'passkey-refused', 'conflict', 'cross-site-request'],
    handle: async ({ caller, request }) => ({ status: 200, body: await passkeys.beginAdding(request, caller) }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/passkeys',
    summary: 'Adds a passkey that an authenticator has made.',
    access: 'user',
    scope: 'person',
    body: Registration,
    replies: { 201: AddedPasskey },
    errors: ['fresh-sign-in-required', 'passkey-refused', 'cross-site-request'],
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
    params: z.object({ id: z.string() }),
    replies: { 204: null },
    errors: ['not-found', 'cross-site-request'],
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
    replies: { 200: CeremonyOptions },
    errors: ['passkey-refused', 'cross-site-request'],
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
    body: Authentication,
    replies: { 204: null },
    errors: ['passkey-refused', 'cross-site-request'],
    async handle({ body, request }) {
      refuseForeignPage(request, https);
      const response = body.response as unknown as AuthenticationResponseJSON;
      return { status: 204, headers: { 'Set-Cookie': await passkeys.signIn(request, response) } };
    },
  }),
];

const present = ({ credential, name, createdAt, usedAt, backedUp }: Passkey): z.infer<typeof PasskeyView> => ({
  id: passkeyId(credential),
  name,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
  backedUp,
});
