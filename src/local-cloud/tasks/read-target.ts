import { validateHeaderName, validateHeaderValue } from 'node:http';
import { CloudError } from '../cloud-error.ts';
import type { Routing } from './queue-settings.ts';
import type { AppEngineTarget, HttpMethod, HttpTarget, Target } from './task.ts';

interface RequestMessage {
  httpMethod?: HttpMethod | 'HTTP_METHOD_UNSPECIFIED';
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** The two kinds of requests of google.cloud.tasks.v2.Task. */
export interface TargetMessage {
  appEngineHttpRequest?: RequestMessage & { relativeUri?: string; appEngineRouting?: Routing };
  httpRequest?: RequestMessage & {
    url?: string;
    oidcToken?: { serviceAccountEmail?: string; audience?: string };
    oauthToken?: { serviceAccountEmail?: string };
  };
}

/** What is appended to the User-Agent of App Engine tasks (target.proto). */
export const APP_ENGINE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';
/** The User-Agent of HTTP tasks, whatever the caller says (target.proto). */
export const HTTP_AGENT = 'Google-Cloud-Tasks';

const MAX_URL = 2083;
const MAX_HEADER_BYTES = 80 * 1024;
const WITH_BODY: Record<Target['kind'], HttpMethod[]> = {
  'app-engine': ['POST', 'PUT'],
  http: ['POST', 'PUT', 'PATCH'],
};

/** The request that a task stands for, with the defaults of target.proto filled in. */
export function readTarget(message: TargetMessage): { target: Target; body: Uint8Array | undefined } {
  const { appEngineHttpRequest, httpRequest } = message;
  if (appEngineHttpRequest) return read(appEngineHttpRequest, appEngineTarget(appEngineHttpRequest));
  if (httpRequest) return read(httpRequest, httpTarget(httpRequest));
  return refuse('Task.message_type must be set: http_request or app_engine_http_request.');
}

function read({ body }: RequestMessage, target: Target) {
  if (!body?.length) return { target, body: undefined };
  const allowed = WITH_BODY[target.kind];
  if (!allowed.includes(target.method)) refuse(`HTTP ${target.method} takes no body: only ${allowed.join(', ')} do.`);
  return { target, body };
}

function appEngineTarget(request: NonNullable<TargetMessage['appEngineHttpRequest']>): AppEngineTarget {
  const { relativeUri = '', appEngineRouting: routing = {}, headers = {} } = request;
  const uri = relativeUri || '/';
  if (!uri.startsWith('/')) refuse(`The relative_uri must begin with "/": ${uri}`);
  if (/\s/.test(uri)) refuse('The relative_uri must not contain spaces.');
  if (uri.length > MAX_URL) refuse(`The relative_uri is longer than ${MAX_URL} characters.`);
  checkHeaders(headers);
  return {
    kind: 'app-engine',
    method: methodOf(request),
    relativeUri: uri,
    headers: withAgent(headers, Boolean(request.body?.length)),
    routing,
  };
}

function httpTarget(request: NonNullable<TargetMessage['httpRequest']>): HttpTarget {
  const { url = '', headers = {}, oidcToken } = request;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    refuse(`The url must begin with "http://" or "https://": ${url}`);
  if (new URL(url).href.length > MAX_URL) refuse(`The url is longer than ${MAX_URL} characters.`);
  checkHeaders(headers);
  if (headerBytes(headers) >= MAX_HEADER_BYTES) refuse(`The headers must be less than ${MAX_HEADER_BYTES} bytes.`);
  if (request.oauthToken) throw new CloudError('UNIMPLEMENTED', 'The local cloud makes no OAuth tokens for tasks.');
  const target: HttpTarget = { kind: 'http', method: methodOf(request), url, headers: withoutAgent(headers) };
  if (!oidcToken) return target;
  const email = oidcToken.serviceAccountEmail || refuse('An OIDC token needs service_account_email.');
  return { ...target, oidc: { email, audience: oidcToken.audience || url } };
}

const methodOf = ({ httpMethod }: RequestMessage): HttpMethod =>
  !httpMethod || httpMethod === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : httpMethod;

function withAgent(headers: Record<string, string>, hasBody: boolean): Record<string, string> {
  const agent = valueOf(headers, 'user-agent');
  const type = valueOf(headers, 'content-type') ?? (hasBody ? 'application/octet-stream' : undefined);
  return {
    ...without(headers, 'user-agent', 'content-type'),
    'User-Agent': agent ? `${agent} ${APP_ENGINE_AGENT}` : APP_ENGINE_AGENT,
    ...(type ? { 'Content-Type': type } : {}),
  };
}

const withoutAgent = (headers: Record<string, string>) => ({
  ...without(headers, 'user-agent'),
  'User-Agent': HTTP_AGENT,
});

const valueOf = (headers: Record<string, string>, name: string) =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

const without = (headers: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => !names.includes(key.toLowerCase())));

/** What HTTP cannot carry is refused here, or else every try would fail. */
function checkHeaders(headers: Record<string, string>): void {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (cause) {
    refuse(cause instanceof Error ? cause.message : String(cause));
  }
}

const headerBytes = (headers: Record<string, string>) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);

function refuse(reason: string): never {
  throw new CloudError('INVALID_ARGUMENT', reason);
}
