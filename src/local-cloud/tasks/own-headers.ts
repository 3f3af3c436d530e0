import { CloudError } from '../cloud-error.ts';
import { validateHeaderName, validateHeaderValue } from '../../runtime/node-http.ts';
import { APP_ENGINE_AGENT } from '../platform-call.ts';

type Headers = Record<string, string>;

const HTTP_AGENT = 'Google-Cloud-Tasks';
const MAX_HTTP_BYTES = 80 * 1024;

/** The headers that a task of the application brings along, with what target.proto adds to them. */
export function appEngineHeaders(own: Headers, bodyBytes: number): Headers {
  check(own);
  const agent = valueOf(own, 'user-agent');
  const isUntyped = bodyBytes > 0 && valueOf(own, 'content-type') === undefined;
  return {
    ...without(own, 'user-agent', 'content-length'),
    'User-Agent': agent ? `${agent} ${APP_ENGINE_AGENT}` : APP_ENGINE_AGENT,
    ...(isUntyped ? { 'Content-Type': 'application/octet-stream' } : {}),
    ...(bodyBytes > 0 ? { 'Content-Length': String(bodyBytes) } : {}),
  };
}

/** The headers that an HTTP target brings along: its agent is always the platform's, its type only its own (target.proto). */
export function httpHeaders(own: Headers): Headers {
  check(own);
  if (bytesIn(own) >= MAX_HTTP_BYTES) refuse(`The headers must be less than ${MAX_HTTP_BYTES} bytes.`);
  return { ...without(own, 'user-agent'), 'User-Agent': HTTP_AGENT };
}

/** Refuses what HTTP cannot carry: every attempt would fail. */
function check(headers: Headers): void {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (cause) {
    refuse(cause instanceof Error ? cause.message : String(cause));
  }
}

const valueOf = (headers: Headers, name: string) =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

const without = (headers: Headers, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => !names.includes(key.toLowerCase())));

const bytesIn = (headers: Headers) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);

function refuse(reason: string): never {
  throw new CloudError('INVALID_ARGUMENT', reason);
}
