import type { Issuer } from './issuer.ts';
import { OAuthFault } from './oauth-fault.ts';

/**
 * The userinfo endpoint (OpenID Connect Core 1.0, section 5.3).
 * @throws OAuthFault invalid_token
 */
export async function userinfo(issuer: Issuer, authorization = ''): Promise<object> {
  const token = await issuer.read('at+jwt', /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
  if (!token) throw new OAuthFault('invalid_token', 'The access token is missing or not valid.', 401);
  return { sub: token.sub, preferred_username: token.sub };
}
