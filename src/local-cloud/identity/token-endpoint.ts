import type { JWTPayload } from 'jose';
import { createHash } from 'node:crypto';
import type { Issuer } from './issuer.ts';
import { OAuthFault } from './oauth-fault.ts';

const ACCESS_SECONDS = 3600;
const REFRESH_SECONDS = 30 * 24 * 3600;

/** Ids of codes that were exchanged, with their ends in seconds since the Unix epoch. */
export type UsedCodes = Map<string, number>;

interface TokenRequest {
  form: URLSearchParams;
  /** The header by which a client authenticates (`client_secret_basic`). */
  authorization?: string | undefined;
}

/**
 * The token endpoint (RFC 6749, sections 4.1.3 and 6). Clients are not registered: any client id is taken, with any secret
 * or none, but a code or refresh token counts only for the client that it was made for.
 * @throws OAuthFault invalid_request, invalid_grant, unsupported_grant_type
 */
export async function exchange(issuer: Issuer, used: UsedCodes, request: TokenRequest): Promise<object> {
  const grantType = request.form.get('grant_type');
  if (grantType === 'authorization_code') return exchangeCode(issuer, used, request);
  if (grantType === 'refresh_token') return refresh(issuer, request);
  throw new OAuthFault('unsupported_grant_type', 'The grant_type must be authorization_code or refresh_token.');
}

async function exchangeCode(issuer: Issuer, used: UsedCodes, request: TokenRequest): Promise<object> {
  const { form } = request;
  const code = await issuer.read('code+jwt', form.get('code') ?? '');
  if (!code || code['client_id'] !== clientIn(request)) throw new OAuthFault('invalid_grant', 'The code is not valid.');
  if (code['redirect_uri'] !== form.get('redirect_uri')) {
    throw new OAuthFault('invalid_grant', 'The redirect_uri is not that of the authorization request.');
  }
  if (code['code_challenge'] !== challengeOf(form.get('code_verifier') ?? '')) {
    throw new OAuthFault('invalid_grant', 'The code_verifier does not match the code_challenge.');
  }
  useOnce(issuer, used, code);
  const { sub = '', client_id, scope, auth_time, nonce } = code;
  const grant = { sub, aud: issuer.url, client_id, scope, auth_time };
  return {
    ...(await tokensFor(issuer, grant, nonce)),
    refresh_token: await issuer.sign('refresh+jwt', grant, REFRESH_SECONDS),
  };
}

async function refresh(issuer: Issuer, request: TokenRequest): Promise<object> {
  const grant = await issuer.read('refresh+jwt', request.form.get('refresh_token') ?? '');
  if (!grant || grant['client_id'] !== clientIn(request)) {
    throw new OAuthFault('invalid_grant', 'The refresh token is not valid.');
  }
  // OpenID Connect Core 1.0, section 12.2: no nonce.
  return tokensFor(issuer, grant);
}

async function tokensFor(issuer: Issuer, { sub = '', client_id, scope, auth_time }: JWTPayload, nonce?: unknown) {
  const name = { preferred_username: sub, auth_time, nonce };
  return {
    access_token: await issuer.sign('at+jwt', { sub, aud: issuer.url, client_id, scope }, ACCESS_SECONDS),
    token_type: 'Bearer',
    expires_in: ACCESS_SECONDS,
    scope,
    id_token: await issuer.sign('JWT', { sub, aud: String(client_id), ...name }),
  };
}

/** The client, by its header or by the form (RFC 6749, section 2.3.1). */
function clientIn({ form, authorization }: TokenRequest): string {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const id =
    basic === undefined ? form.get('client_id') : formDecoded(Buffer.from(basic, 'base64').toString().split(':', 1)[0]);
  if (!id) throw new OAuthFault('invalid_request', 'The parameter client_id is missing.');
  return id;
}

const formDecoded = (text = '') => new URLSearchParams(`id=${text}`).get('id');

/** RFC 7636, section 4.2. */
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

/** @throws OAuthFault invalid_grant if the code was exchanged before (RFC 6749, section 4.1.2) */
function useOnce(issuer: Issuer, used: UsedCodes, { jti = '', exp = 0 }: JWTPayload): void {
  for (const [id, end] of used) if (end <= issuer.seconds()) used.delete(id);
  if (used.has(jti)) throw new OAuthFault('invalid_grant', 'The code was used already.');
  used.set(jti, exp);
}
