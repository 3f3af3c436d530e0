import type { Request } from 'express';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import { request as requestHttp } from '../node-http.ts';
import { defineRoute, type Method, type Reply, type Route } from '../http/route.ts';

/** Where Cloud Storage takes uploads, here and there. */
const UPLOAD_PATH = '/upload/storage/v1/b/:bucket/o';

/** The URI of a session as it is reached by this app's own address: the bucket's may be known to this machine alone. */
export function throughApp(session: string, origin: string): string {
  const { pathname, search } = new URL(session);
  return `${origin}${pathname}${search}`;
}

/**
 * Takes the bytes of sessions and passes them on to the stand-in for Cloud Storage at `endpoint`, so that a phone on the
 * same network needs to reach this port alone. Only requests of an open session pass: its id is the credential.
 */
export const sessionDoor = (endpoint: string): Route[] =>
  (['put', 'delete'] as const).map((method) => doorFor(method, endpoint));

const doorFor = (method: Method, endpoint: string) =>
  defineRoute({
    method,
    path: UPLOAD_PATH,
    summary: 'Passes a request of an upload session on to the bucket.',
    access: 'public',
    work: 'inside',
    documented: false,
    params: z.object({ bucket: z.string() }),
    replies: { 200: 'application/json' },
    handle({ request }) {
      const { searchParams } = new URL(request.originalUrl, endpoint);
      if (!searchParams.get('upload_id')) throw new AppError('not-found', 'There is nothing at this address.');
      return forward(request, endpoint);
    },
  });

/** What concerns the bytes; cookies and credentials are for this app alone. */
const PASSED_ON = ['content-type', 'content-length', 'content-range', 'x-goog-hash'];
const PASSED_BACK = ['range', 'x-goog-hash', 'x-goog-stored-content-length'];

const GO_ON = 'Ask the session how far it is, and go on.';

async function forward(request: Request, endpoint: string): Promise<Reply> {
  const onward = requestHttp(new URL(request.originalUrl, endpoint), {
    method: request.method,
    headers: pick(request.headers, PASSED_ON),
  });
  // Who breaks off leaves nothing open on the way to the bucket.
  request.once('error', (cause) => void onward.destroy(cause));
  const response = once(onward, 'response') as Promise<[IncomingMessage]>;
  // The bucket may answer before the end; what it says counts, not that it stops listening.
  request.pipe(onward).on('error', () => request.unpipe(onward));
  try {
    const [answer] = await response;
    const headers = pick(answer.headers, PASSED_BACK);
    const type = answer.headers['content-type'] ?? 'application/octet-stream';
    return { status: answer.statusCode ?? 502, headers, type, bytes: await buffer(answer) };
  } catch (cause) {
    throw request.errored ? clientBrokeOff(cause) : bucketBrokeOff(cause);
  } finally {
    request.unpipe(onward);
    request.resume();
  }
}

const clientBrokeOff = (cause: unknown) => new AppError('upload-aborted', `The upload broke off. ${GO_ON}`, { cause });

const bucketBrokeOff = (cause: unknown) =>
  new AppError('unavailable', `The bucket did not take all of it. ${GO_ON}`, {
    cause,
    extra: { retryable: true },
    headers: { 'Retry-After': '1' },
  });

function pick(headers: IncomingHttpHeaders, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
