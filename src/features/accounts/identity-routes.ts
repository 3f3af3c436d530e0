import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountDeps } from './account.ts';
import { requireFreshSignIn } from './fresh-sign-in.ts';
import { linkIdentity, unlinkIdentity } from './link-identity.ts';
import { listLinkedIdentities } from './linked-identities.ts';
import type { TokenVerifier } from './verify-token.ts';

interface IdentityRouteDeps extends AccountDeps {
  tokenVerifier: TokenVerifier;
}

const LinkIdentity = z
  .object({ token: z.string().min(1).max(16_384).describe('An ID token of the identity to be linked.') })
  .meta({ id: 'LinkIdentity' });

const LinkedIdentityView = z
  .object({
    id: z.string(),
    issuer: z.string(),
    label: z.string().describe('How the person is called there: the address, else a name.'),
    linkedAt: z.iso.datetime(),
  })
  .meta({ id: 'LinkedIdentity' });

export const LinkedIdentityList = z
  .object({ items: z.array(LinkedIdentityView), next: z.null(), prev: z.null() })
  .meta({ id: 'LinkedIdentityList' });

/** Routes that link further identities to an account: an app holds the tokens of both. */
export const identityRoutes = (deps: IdentityRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/me/identities',
    summary: 'The identities that are linked to your account, besides the first.',
    access: 'user',
    scope: 'read',
    replies: { 200: LinkedIdentityList, 304: null },
    async handle({ caller }) {
      const body = await present(deps, caller.user);
      return { status: 200, body, etag: bodyTag(body) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/me/identities',
    summary:
      'Links a second identity to your account: its ID tokens count for your account from then on. Needs a sign-in of the ' +
      'last 15 minutes. May be repeated.',
    access: 'user',
    scope: 'person',
    body: LinkIdentity,
    replies: { 200: LinkedIdentityList },
    errors: ['unauthenticated', 'fresh-sign-in-required', 'identity-taken', 'conflict', 'unavailable'],
    async handle({ caller, body }) {
      requireFreshSignIn(deps, caller);
      await linkIdentity(deps, caller.user, await deps.tokenVerifier.verify(body.token));
      return { status: 200, body: await present(deps, caller.user) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/me/identities/:id',
    summary: 'Removes a linked identity from your account.',
    access: 'user',
    scope: 'person',
    params: z.object({ id: z.string().describe('The id of a linked identity.') }),
    replies: { 204: null },
    errors: ['not-found'],
    async handle({ caller, params }) {
      await unlinkIdentity(deps, caller.user, params.id);
      return { status: 204 };
    },
  }),
];

async function present(deps: IdentityRouteDeps, user: Parameters<typeof listLinkedIdentities>[1]) {
  const linked = await listLinkedIdentities(deps, user);
  const items = linked.map(({ id, issuer, label, linkedAt }) => ({
    id,
    issuer,
    label,
    linkedAt: new Date(linkedAt).toISOString(),
  }));
  return { items, next: null, prev: null };
}
