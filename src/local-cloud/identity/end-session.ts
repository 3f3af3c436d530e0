import { html } from '../../runtime/html.ts';
import { ownDevice } from './authorize.ts';
import { page, seeOther, type Reply } from './reply.ts';

/**
 * The end session endpoint (OpenID Connect RP-Initiated Logout 1.0). The provider keeps no session, so it only sends the
 * browser on. A client must name itself, by `id_token_hint` or `client_id`.
 */
export function endSession(parameters: URLSearchParams): Reply {
  const named = parameters.get('id_token_hint') ?? parameters.get('client_id');
  const next = named ? ownDevice(parameters.get('post_logout_redirect_uri')) : undefined;
  if (!next) return page('You are signed out', html`<p>You can close this page.</p>`);
  const state = parameters.get('state');
  if (state !== null) next.searchParams.set('state', state);
  return seeOther(next);
}
