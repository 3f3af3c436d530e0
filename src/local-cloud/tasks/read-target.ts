import { CloudError } from '../cloud-error.ts';
import { appEngineHeaders, httpHeaders } from './own-headers.ts';
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

const MAX_URL = 2083;
const WITH_BODY: Record<Target['kind'], HttpMethod[]> = {
  'app-engine': ['POST', 'PUT'],
  http: ['POST', 'PUT', 'PATCH'],
};

/** The request that a task sends, with the defaults of target.proto filled in. */
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
  return {
    kind: 'app-engine',
    method: methodOf(request),
    relativeUri: uri,
    headers: appEngineHeaders(headers, request.body?.length ?? 0),
    routing,
  };
}

function httpTarget(request: NonNullable<TargetMessage['httpRequest']>): HttpTarget {
  const { url = '', headers = {}, oidcToken } = request;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    refuse(`The url must begin with "http://" or "https://": ${url}`);
  if (new URL(url).href.length > MAX_URL) refuse(`The url is longer than ${MAX_URL} characters.`);
  if (request.oauthToken) throw new CloudError('UNIMPLEMENTED', 'The local cloud makes no OAuth tokens for tasks.');
  const target: HttpTarget = { kind: 'http', method: methodOf(request), url, headers: httpHeaders(headers) };
  if (!oidcToken) return target;
  const email = oidcToken.serviceAccountEmail || refuse('An OIDC token needs service_account_email.');
  return { ...target, oidc: { email, audience: oidcToken.audience || url } };
}

const methodOf = ({ httpMethod }: RequestMessage): HttpMethod =>
  !httpMethod || httpMethod === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : httpMethod;

function refuse(reason: string): never {
  throw new CloudError('INVALID_ARGUMENT', reason);
}
