import type { Request, Response } from 'express';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compress, isCompressibleType } from './compression.ts';
import { heldTag, matchesIfNoneMatch, tagOfCoding } from './conditional.ts';
import type { Reply } from '../route.ts';

/** What goes over the wire: nothing, everything at once, or a stream. */
interface Content {
  type?: string;
  bytes?: Buffer | Readable | undefined;
}

/**
 * Sends a handler's answer. A conditional GET of an unchanged thing gets 304, a HEAD the head alone; both close the
 * stream that they do not need. Text is compressed if `compresses` and the request accepts it.
 * @throws what the stream of bytes failed with; the connection is broken then, if a part has been sent.
 */
export async function sendReply(
  request: Request,
  response: Response,
  reply: Reply,
  { compresses }: { compresses: boolean },
): Promise<void> {
  const content = contentOf(reply);
  if (compresses && (content.type === undefined || isCompressibleType(content.type))) response.vary('Accept-Encoding');
  if (reply.status === 304 || isUnchanged(request, reply)) {
    const etag = reply.etag && (heldTag(request.get('If-None-Match'), reply.etag) ?? reply.etag);
    return sendHead(response.status(304), { ...reply, etag }, { bytes: content.bytes });
  }
  response.status(reply.status);
  const { type, bytes } = content;
  if (!isStream(bytes)) {
    const coded = compresses && bytes ? await compressed(request, reply, { type, bytes }) : undefined;
    if (coded) response.setHeader('Content-Encoding', coded.coding);
    return sendWhole(response, coded?.reply ?? reply, type, coded?.bytes ?? bytes);
  }
  await firstBytes(bytes);
  if (request.method === 'HEAD') return sendHead(response, reply, content);
  setHeaders(response, reply, type);
  await pipeline(bytes, response).catch(unlessClientLeft);
}

/** The compressed form of a body, and the reply with the tag of that form. */
async function compressed(
  request: Request,
  reply: Reply,
  { type, bytes }: { type?: string | undefined; bytes: Buffer },
) {
  const immutable = reply.headers?.['Cache-Control']?.includes('immutable') ?? false;
  const made = await compress(request, { type, bytes, immutable });
  if (!made) return undefined;
  const etag = reply.etag && tagOfCoding(reply.etag, made.coding);
  return { ...made, reply: { ...reply, etag } };
}

function contentOf(reply: Reply): Content {
  if (reply.bytes !== undefined) return { type: reply.type, bytes: reply.bytes };
  if (reply.html !== undefined) return { type: 'text/html; charset=utf-8', bytes: Buffer.from(reply.html) };
  if (reply.text !== undefined) return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(reply.text) };
  if (reply.body === undefined) return {};
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(reply.body)) };
}

function isUnchanged({ method, headers }: Request, { status, etag }: Reply): boolean {
  // RFC 9110, 13.2.2: this condition comes before a range, so it turns 206 into 304 as well.
  if (etag === undefined || ![200, 206].includes(status) || !['GET', 'HEAD'].includes(method)) return false;
  return matchesIfNoneMatch(headers['if-none-match'], etag);
}

function sendHead(response: Response, reply: Reply, content: Content): void {
  if (isStream(content.bytes)) content.bytes.destroy();
  setHeaders(response, reply, content.type);
  response.end();
}

/** Node itself leaves the body out of the answer to a HEAD. */
function sendWhole(response: Response, reply: Reply, type: string | undefined, bytes: Buffer | undefined): void {
  setHeaders(response, reply, type);
  if (![204, 304].includes(reply.status)) response.setHeader('Content-Length', bytes?.length ?? 0);
  response.end(bytes);
}

function setHeaders(response: Response, { headers = {}, etag }: Reply, type: string | undefined): void {
  // Only the browser of the user may keep this, and must ask whether it still holds.
  response.setHeader('Cache-Control', 'private, no-cache');
  if (type !== undefined) response.setHeader('Content-Type', type);
  if (etag !== undefined) response.setHeader('ETag', `"${etag}"`);
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Vary') response.vary(String(value));
    else response.setHeader(name, value);
  }
}

function unlessClientLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

function isStream(bytes: Buffer | Readable | undefined): bytes is Readable {
  return bytes !== undefined && !Buffer.isBuffer(bytes);
}

/** Waits until a stream has something to give, or has ended: one that fails before can still be answered by a problem. */
async function firstBytes(stream: Readable): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (stream.readableLength > 0 || stream.readableEnded) return;
  const settled = new AbortController();
  const event = (name: string) => once(stream, name, { signal: settled.signal });
  // An empty stream that has got its end already says only 'end'.
  await Promise.race([event('readable'), event('end')]).finally(() => settled.abort());
}
