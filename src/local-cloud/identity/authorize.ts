import { isLoopbackHost } from '../../runtime/loopback.ts';
import { html } from '../../runtime/html.ts';
import { checkedName, type Issuer } from './issuer.ts';
import { OAuthFault } from './oauth-fault.ts';
import { page, seeOther, type Reply } from './reply.ts';

/** Time between code and exchange (RFC 6749, section 4.1.2, recommends ten minutes at most). */
const CODE_SECONDS = 60;

/** What a client asks for, once it is checked. The redirect URI is safe to send the browser to. */
interface AuthorizationRequest {
  clientId: string;
  redirectUri: URL;
  state: string | null;
  parameters: URLSearchParams;
}

/**
 * The authorization endpoint (OpenID Connect Core 1.0, section 3.1.2). A GET shows a form that asks for a name. The form
 * posts to the same address, and the browser is sent back to the client with a code.
 * @param form The fields of the form, once it was sent.
 */
export async function authorize(issuer: Issuer, parameters: URLSearchParams, form?: URLSearchParams): Promise<Reply> {
  const request = readRequest(parameters);
  if (request instanceof OAuthFault) return page('This sign-in cannot begin', html`<p>${request.message}</p>`, 400);
  const fault = faultIn(parameters);
  if (fault) return backWith(issuer, request, { error: fault.code, error_description: fault.message });
  if (form === undefined) return askForName(request);
  if (form.get('act') === 'cancel') return backWith(issuer, request, { error: 'access_denied' });
  return backWith(issuer, request, { code: await codeFor(issuer, request, checkedName(form.get('name')?.trim())) });
}

/** Without a client and a safe redirect URI the browser is sent nowhere (RFC 6749, section 4.1.2.1). */
function readRequest(parameters: URLSearchParams): AuthorizationRequest | OAuthFault {
  const clientId = parameters.get('client_id');
  if (!clientId) return new OAuthFault('invalid_request', 'The parameter client_id is missing.');
  const redirectUri = ownDevice(parameters.get('redirect_uri'));
  if (!redirectUri) {
    const rule =
      'a URL of localhost or of another loopback address, or a private scheme such as com.example.app:/callback';
    return new OAuthFault('invalid_request', `The parameter redirect_uri must be ${rule}.`);
  }
  return { clientId, redirectUri, state: parameters.get('state'), parameters };
}

/**
 * Clients are not registered. So codes are sent to this machine alone: to a loopback address with any port, or to a
 * private scheme of an app, which has a dot in its name (RFC 8252, sections 7.1 and 7.3).
 */
export function ownDevice(text: string | null): URL | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.hash !== '' || url.username !== '' || url.password !== '') return undefined;
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return (isWeb ? isLoopbackHost(url.hostname) : url.protocol.includes('.')) ? url : undefined;
}

/** What the client is told by a redirect. */
function faultIn(parameters: URLSearchParams): OAuthFault | undefined {
  const has = (name: string) => parameters.get(name) !== null;
  const scopes = (parameters.get('scope') ?? '').split(' ');
  if (has('request')) return new OAuthFault('request_not_supported', 'Send the parameters themselves.');
  if (has('request_uri')) return new OAuthFault('request_uri_not_supported', 'Send the parameters themselves.');
  if (parameters.get('response_type') !== 'code')
    return new OAuthFault('unsupported_response_type', 'It must be code.');
  if (!['query', null].includes(parameters.get('response_mode'))) {
    return new OAuthFault('invalid_request', 'The response_mode must be query.');
  }
  if (!scopes.includes('openid')) return new OAuthFault('invalid_scope', 'The scope must contain openid.');
  // RFC 9700, section 2.1.1.
  if (
    parameters.get('code_challenge_method') !== 'S256' ||
    !/^[\w-]{43}$/.test(parameters.get('code_challenge') ?? '')
  ) {
    return new OAuthFault('invalid_request', 'PKCE is required: code_challenge with code_challenge_method=S256.');
  }
  if ((parameters.get('prompt') ?? '').split(' ').includes('none')) {
    return new OAuthFault('login_required', 'The stand-in keeps no sessions: it always asks for the name.');
  }
  return undefined;
}

const askForName = ({ clientId, parameters }: AuthorizationRequest): Reply =>
  page(
    'Sign in',
    html`<p>This is the stand-in for an identity provider. Any name signs in to <strong>${clientId}</strong>.</p>
      <form method="post">
        <label>
          Name
          <input
            name="name"
            value="${parameters.get('login_hint') ?? ''}"
            required
            maxlength="255"
            autocomplete="username"
            autocapitalize="none"
            autofocus
          />
        </label>
        <button>Sign in</button>
        <button name="act" value="cancel" formnovalidate>Cancel</button>
      </form>`,
  );

/** RFC 9207: `iss` says who answers. */
function backWith(
  { url }: Issuer,
  { redirectUri, state }: AuthorizationRequest,
  answer: Record<string, string>,
): Reply {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...answer, iss: url })) location.searchParams.set(name, value);
  if (state !== null) location.searchParams.set('state', state);
  return seeOther(location);
}

/** The code says all that the exchange needs, signed: nothing is kept until then. */
function codeFor(issuer: Issuer, { clientId, parameters }: AuthorizationRequest, name: string): Promise<string> {
  return issuer.sign(
    'code+jwt',
    {
      sub: name,
      aud: issuer.url,
      jti: crypto.randomUUID(),
      client_id: clientId,
      redirect_uri: parameters.get('redirect_uri'),
      code_challenge: parameters.get('code_challenge'),
      nonce: parameters.get('nonce') ?? undefined,
      scope: parameters.get('scope'),
      auth_time: issuer.seconds(),
    },
    CODE_SECONDS,
  );
}
