import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudError } from '../cloud-error.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { authorize } from './authorize.ts';
import { endSession } from './end-session.ts';
import type { Issuer } from './issuer.ts';
import { OAuthFault } from './oauth-fault.ts';
import type { Reply } from './reply.ts';
import { exchange, type UsedCodes } from './token-endpoint.ts';
import { userinfo } from './userinfo.ts';

/** The largest body that is read, in bytes. */
const LARGEST_BODY_BYTES = 16_384;

interface ServerDeps {
  issuer: Issuer;
  knownHosts: KnownHosts;
  usedCodes: UsedCodes;
}

/** A request as the endpoints see it. */
interface Asked {
  parameters: URLSearchParams;
  request: IncomingMessage;
}

type Endpoint = (deps: ServerDeps, asked: Asked) => Promise<Reply> | Reply;

const ENDPOINTS: Record<string, Endpoint> = {
  'GET /.well-known/openid-configuration': ({ issuer }) => ok(metadata(issuer)),
  'GET /jwks': ({ issuer }) => ok(issuer.keySet),
  'GET /authorize': ({ issuer }, { parameters }) => authorize(issuer, parameters),
  'POST /authorize': async ({ issuer }, { parameters, request }) =>
    authorize(issuer, parameters, await readForm(request)),
  'POST /token': async (deps, { request }) => ok(await token(deps, request)),
  'GET /userinfo': async ({ issuer }, { request }) => ok(await userinfo(issuer, request.headers.authorization)),
  'POST /userinfo': async ({ issuer }, { request }) => ok(await userinfo(issuer, request.headers.authorization)),
  'GET /end-session': (_deps, { parameters }) => endSession(parameters),
  'POST /end-session': async (_deps, { request }) => endSession(await readForm(request)),
};

/** Answers one HTTP request; faults have the form of RFC 6749 (section 5.2). Never rejects. */
export async function answer(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = deps.knownHosts(request.headers);
  if (refusal) {
    const body = { error: 'access_denied', error_description: refusal.message };
    return send(response, { status: refusal.status, body });
  }
  // Pages of this machine may sign in by script, so they may read the answers.
  for (const [name, value] of Object.entries(corsHeaders(request))) response.setHeader(name, value);
  send(response, await replyTo(deps, request).catch(replyToFault));
}

async function replyTo(deps: ServerDeps, request: IncomingMessage): Promise<Reply> {
  const { pathname, searchParams: parameters } = new URL(request.url ?? '', deps.issuer.url);
  const endpoint = ENDPOINTS[`${request.method} ${pathname}`];
  if (endpoint) return endpoint(deps, { parameters, request });
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return { status: 204 };
  return { status: 404, body: { error: 'not_found' } };
}

function replyToFault(error: unknown): Reply {
  const known = error instanceof CloudError || error instanceof OAuthFault;
  const body = { error: known ? codeOf(error) : 'server_error', error_description: String(error) };
  if (!(error instanceof OAuthFault)) return { status: known ? 400 : 500, body };
  // RFC 6750, section 3.
  const challenge = error.status === 401 ? { 'WWW-Authenticate': `Bearer error="${error.code}"` } : {};
  return { status: error.status, headers: challenge, body };
}

const codeOf = (error: CloudError | OAuthFault) => (error instanceof OAuthFault ? error.code : 'invalid_request');

const corsHeaders = ({ headers: { origin } }: IncomingMessage): Record<string, string> =>
  origin === undefined
    ? {}
    : {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
        'Access-Control-Allow-Methods': 'GET, POST',
        Vary: 'Origin',
      };

const ok = (body: unknown): Reply => ({ status: 200, body });

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

/** OpenID Connect Discovery 1.0, section 3. */
const metadata = ({ url, keySet }: Issuer) => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  userinfo_endpoint: `${url}/userinfo`,
  jwks_uri: `${url}/jwks`,
  end_session_endpoint: `${url}/end-session`,
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: keySet.keys.map((key) => key.alg),
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  code_challenge_methods_supported: ['S256'],
  prompt_values_supported: ['none', 'login'],
  authorization_response_iss_parameter_supported: true,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
  claims_supported: ['iss', 'aud', 'sub', 'preferred_username', 'auth_time', 'email', 'email_verified', 'iat', 'exp'],
});

/** The token endpoint of OAuth. It also takes a name as JSON, and returns the ID token of that name. */
async function token({ issuer, usedCodes }: ServerDeps, request: IncomingMessage): Promise<object> {
  if (typeOf(request) !== FORM) return issuer.mint((await readJson(request)).name);
  const { authorization } = request.headers;
  return exchange(issuer, usedCodes, { form: await readForm(request), authorization });
}

const FORM = 'application/x-www-form-urlencoded';

const typeOf = ({ headers }: IncomingMessage) => headers['content-type']?.split(';', 1)[0];

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (typeOf(request) !== FORM) throw new CloudError('INVALID_ARGUMENT', `Send a form as ${FORM}.`);
  return new URLSearchParams(await readText(request));
}

async function readJson(request: IncomingMessage): Promise<{ name?: unknown }> {
  // A page of another site can send a form or plain text here, but JSON only after a preflight, which gets a 403.
  if (typeOf(request) !== 'application/json') {
    throw new CloudError('INVALID_ARGUMENT', 'Send JSON as application/json.');
  }
  const body = parse(await readText(request));
  if (typeof body !== 'object' || body === null) throw new CloudError('INVALID_ARGUMENT', 'The body is no object.');
  return body;
}

function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length']) <= LARGEST_BODY_BYTES) return text(request);
  throw new CloudError('INVALID_ARGUMENT', `Send a Content-Length of at most ${LARGEST_BODY_BYTES} bytes.`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new CloudError('INVALID_ARGUMENT', 'The body is no JSON.', { cause });
  }
}
