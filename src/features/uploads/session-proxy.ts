import type { Request } from 'express';
import { once } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Method, type Reply, type Route } from '../../http/route.ts';
import { request as requestHttp } from '../../runtime/node-http.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { sign, verify } from '../../signing/mac.ts';

/** The query of a session's URI: what Cloud Storage reads there. */
const PARAMETERS = ['uploadType', 'name', 'upload_id'] as const;

/** Our own parameter: the signature that shows that this service has opened the session. */
const SIGNATURE = 'door';

const PURPOSE = 'session-door';

interface ProxyDeps {
  signingKeys: SigningKeys;
  /** Where the stand-in for Cloud Storage is reached. */
  endpoint: string;
  /** How long nothing may move between app and bucket, in milliseconds; a minute without it. */
  idleMs?: number;
}

/** The URI of a session as it is reached by this app's own address: the bucket's may be known to this machine alone. */
export function throughApp({ signingKeys }: Pick<ProxyDeps, 'signingKeys'>, session: string, origin: string): string {
  const { pathname, searchParams } = new URL(session);
  const target = targetOf(pathname, searchParams);
  return `${origin}${target}&${SIGNATURE}=${sign(signingKeys, PURPOSE, target).toString('base64url')}`;
}

/**
 * Takes the bytes of sessions and passes them on to the stand-in for Cloud Storage, so that a phone on the same network
 * needs to reach this port alone. Only sessions that this service has opened pass. Of a request's address only path and
 * query count, and only what was signed of them is sent on: no other host, bucket, object or session can be reached.
 */
export const sessionProxy = (deps: ProxyDeps): Route[] =>
  (['put', 'delete'] as const).map((method) => proxyFor(method, deps));

const proxyFor = (method: Method, deps: ProxyDeps) =>
  defineRoute({
    method,
    path: '/upload/storage/v1/b/:bucket/o',
    summary: 'Passes a request of an upload session on to the bucket.',
    access: 'public',
    work: 'inside',
    documented: false,
    params: z.object({ bucket: z.string() }),
    replies: { 200: 'application/json' },
    handle: ({ params, request }) => forward(request, knownTarget(deps, params.bucket, request), deps),
  });

/** Path and query of a session; parameters that are unknown or repeated are left out. */
function targetOf(pathname: string, parameters: URLSearchParams): string {
  const known = PARAMETERS.flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return `${pathname}?${new URLSearchParams(known).toString()}`;
}

function knownTarget({ signingKeys }: ProxyDeps, bucket: string, { originalUrl }: Request): string {
  const parameters = new URLSearchParams(originalUrl.split('?').slice(1).join('?'));
  const target = targetOf(`/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`, parameters);
  const signature = Buffer.from(parameters.get(SIGNATURE) ?? '', 'base64url');
  if (verify(signingKeys, PURPOSE, target, signature)) return target;
  throw new AppError('not-found', 'This is no upload session of this service. Open one by POST /v1/uploads.');
}

/** What concerns the bytes; cookies and credentials are for this app alone. */
const PASSED_ON = ['content-type', 'content-length', 'content-range', 'x-goog-hash'];
const PASSED_BACK = ['content-length', 'range', 'x-goog-hash', 'x-goog-stored-content-length'];

const IDLE_MS = 60_000;

/** The longest that one request may take, in milliseconds: as long as the server lets it arrive. */
const LONGEST_MS = 10 * 60_000;

const GO_ON = 'Ask the session how far it is, and go on.';

/** Streams the request to the bucket and its answer back, neither faster than the other end takes it. */
async function forward(request: Request, target: string, { endpoint, idleMs = IDLE_MS }: ProxyDeps): Promise<Reply> {
  const onward = requestHttp(new URL(target, endpoint), {
    method: request.method,
    headers: pick(request.headers, PASSED_ON),
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  onward.setTimeout(idleMs, () => onward.destroy(new Error(`Nothing has moved for ${idleMs} ms.`)));
  // A client that breaks off leaves nothing open on the way to the bucket.
  request.once('error', (cause) => void onward.destroy(cause));
  const response = once(onward, 'response') as Promise<[IncomingMessage]>;
  // The bucket may answer before the end: then its answer counts, not that it stops listening.
  request.pipe(onward).on('error', () => request.unpipe(onward));
  try {
    const [answer] = await response;
    endTogether(onward, answer);
    const headers = pick(answer.headers, PASSED_BACK);
    const type = answer.headers['content-type'] ?? 'application/octet-stream';
    return { status: answer.statusCode ?? 502, headers, type, bytes: answer };
  } catch (cause) {
    throw request.errored ? clientBrokeOff(cause) : bucketBrokeOff(cause);
  } finally {
    request.unpipe(onward);
    request.resume();
  }
}

/** An answer that comes early leaves a request that never ends: it would hold the connection. */
function endTogether(onward: ClientRequest, answer: IncomingMessage): void {
  answer.once('close', () => {
    if (!onward.writableFinished) onward.destroy();
  });
}

const clientBrokeOff = (cause: unknown) => new AppError('upload-aborted', `The upload broke off. ${GO_ON}`, { cause });

const bucketBrokeOff = (cause: unknown) =>
  new AppError('unavailable', `The bucket did not take all of it. ${GO_ON}`, {
    cause,
    headers: { 'Retry-After': '1' },
  });

function pick(headers: IncomingHttpHeaders, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
