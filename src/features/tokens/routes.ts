import { z } from 'zod';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, replayHeader } from '../../http/input/idempotency-key.ts';
import { bodyTag } from '../../http/replies/conditional.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { MadeToken, TokenList, TokenRequest, type TokenItem } from './schemas.ts';
import type { OwnToken, Tokens } from './tokens.ts';

/** Routes of personal tokens. No token opens them: a token makes, lists and revokes no tokens. */
export const tokenRoutes = ({ tokens }: { tokens: Tokens }): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/tokens',
    summary:
      'Makes a personal token for a program of yours, such as a script. It is shown in this reply alone, and again to a ' +
      'repeat with the same `Idempotency-Key`.',
    access: 'user',
    scope: 'person',
    headers: IDEMPOTENCY_HEADER,
    body: TokenRequest,
    replies: { 201: MadeToken },
    errors: ['cross-site-request', 'too-many-tokens', 'idempotency-mismatch', 'gone'],
    async handle({ body, caller, request }) {
      const { name, scopes } = body;
      const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
      const idempotencyKey = idempotencyKeyOf(request);
      const made = await tokens.make(caller.user, { name, scopes, expiresAt, idempotencyKey });
      return {
        status: 201,
        body: { ...presentToken(made), token: made.text },
        headers: { 'Cache-Control': 'no-store', ...replayHeader(made.replayed) },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/tokens',
    summary: 'The personal tokens of your account, the newest first, without their secrets.',
    access: 'user',
    scope: 'person',
    replies: { 200: TokenList, 304: null },
    async handle({ caller }) {
      const body = { items: (await tokens.list(caller.user)).map(presentToken), next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/tokens/:id',
    summary: 'Revokes a personal token. It is refused in the next request.',
    access: 'user',
    scope: 'person',
    params: z.object({ id: z.string().describe('The id of a personal token.') }),
    replies: { 204: null },
    errors: ['cross-site-request', 'not-found'],
    async handle({ caller, params: { id } }) {
      await tokens.revoke(caller.user, id);
      return { status: 204 };
    },
  }),
];

/** Shows a token to its owner, without its secret. */
export const presentToken = ({ id, name, scopes, createdAt, expiresAt, usedAt }: OwnToken): TokenItem => ({
  id,
  name,
  scopes,
  createdAt: iso(createdAt),
  expiresAt: iso(expiresAt),
  lastUsedAt: usedAt === null ? null : iso(usedAt),
});

const iso = (ms: number) => new Date(ms).toISOString();
