import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { CloudError } from '../cloud-error.ts';
import type { KnownHosts } from '../known-hosts.ts';
import type { Issuer } from './issuer.ts';

/** The largest body that is read, in bytes. */
const LARGEST_BODY_BYTES = 4096;

type Endpoint = (issuer: Issuer, request: IncomingMessage) => unknown;

const ENDPOINTS: Record<string, Endpoint> = {
  'GET /.well-known/openid-configuration': (issuer) => metadata(issuer),
  'GET /jwks': ({ keySet }) => keySet,
  'POST /token': async (issuer, request) => issuer.mint((await readBody(request)).name),
};

interface ServerDeps {
  issuer: Issuer;
  knownHosts: KnownHosts;
}

/** Answers one HTTP request; faults have the form of RFC 6749 (section 5.2). Never rejects. */
export async function answer(
  { issuer, knownHosts }: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = knownHosts(request.headers);
  if (refusal) return send(response, refusal.status, { error: 'access_denied', error_description: refusal.message });
  const path = (request.url ?? '').split('?', 1)[0];
  const endpoint = ENDPOINTS[`${request.method} ${path}`];
  if (!endpoint) return send(response, 404, { error: 'not_found' });
  try {
    send(response, 200, await endpoint(issuer, request));
  } catch (error) {
    const known = error instanceof CloudError;
    const fault = { error: known ? 'invalid_request' : 'server_error', error_description: String(error) };
    send(response, known ? 400 : 500, fault);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** OpenID Connect Discovery 1.0, section 3, as far as there is something to discover. */
const metadata = ({ url, keySet }: Issuer) => ({
  issuer: url,
  jwks_uri: `${url}/jwks`,
  token_endpoint: `${url}/token`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: keySet.keys.map((key) => key.alg),
  claims_supported: ['iss', 'aud', 'sub', 'preferred_username', 'auth_time', 'email', 'email_verified', 'iat', 'exp'],
});

async function readBody(request: IncomingMessage): Promise<{ name?: unknown }> {
  // A page of another site can send a form or plain text here, but JSON only after a preflight, which gets a 404.
  const type = request.headers['content-type']?.split(';', 1)[0];
  if (type !== 'application/json') throw new CloudError('INVALID_ARGUMENT', 'Send JSON as application/json.');
  if (!(Number(request.headers['content-length']) <= LARGEST_BODY_BYTES)) {
    throw new CloudError('INVALID_ARGUMENT', `Send a Content-Length of at most ${LARGEST_BODY_BYTES} bytes.`);
  }
  const body = await json(request).catch((cause: unknown) => {
    throw new CloudError('INVALID_ARGUMENT', 'The body is no JSON.', { cause });
  });
  if (typeof body !== 'object' || body === null) throw new CloudError('INVALID_ARGUMENT', 'The body is no object.');
  return body;
}
