import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { checked } from '../support/checked.ts';
import { BatchReply, OpenedUpload } from '../../src/features/uploads/schemas.ts';
import type { TestUser } from '../support/test-user.ts';

/** What a chunk of a resumable upload must be a multiple of, in bytes. */
export const QUANTUM = 256 * 1024;

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

export interface Opened {
  id: string;
  sessionUrl: string;
  expiresAt: string;
}

/** `POST /v1/uploads` for these bytes. `more` wins over what follows from them. */
export async function open(user: TestUser, bytes: Buffer, more: Record<string, unknown> = {}): Promise<Opened> {
  const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes), ...more };
  return checked(OpenedUpload, (await user.post('/v1/uploads').send(wanted).expect(201)).body);
}

export interface Answer {
  status: number;
  body: string;
  /** Bytes that the bucket has kept, as its `Range` tells. */
  kept: number;
}

/** One PUT to a session. With `cutAfter` the connection is destroyed when so many of the bytes are on their way. */
export async function put(
  url: string,
  bytes: Buffer,
  contentRange: string,
  { cutAfter }: { cutAfter?: number } = {},
): Promise<Answer> {
  const headers = { 'Content-Range': contentRange, 'Content-Length': bytes.length };
  const request = http.request(url, { method: 'PUT', headers, agent: false });
  if (cutAfter === undefined) request.end(bytes);
  else request.write(bytes.subarray(0, cutAfter), () => request.destroy());
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const body = await text(response);
  const last = /^bytes=0-(\d+)$/.exec(response.headers.range ?? '')?.[1];
  return { status: response.statusCode ?? 0, body, kept: last === undefined ? 0 : Number(last) + 1 };
}

/** Asks a session how far it is. */
export const ask = (url: string, total: number) => put(url, Buffer.alloc(0), `bytes */${total}`);

export interface SendOptions {
  /** Bytes in one request. */
  chunk?: number;
  /** Where connections are lost, as offsets into the file, in rising order. */
  cuts?: number[];
}

/** Sends a file as a phone does: chunk by chunk, and after a lost connection from where the bucket says it is. */
export async function send(
  url: string,
  bytes: Buffer,
  { chunk = QUANTUM, cuts = [] }: SendOptions = {},
): Promise<void> {
  const losses = [...cuts];
  let at = 0;
  for (;;) {
    const end = Math.min(at + chunk, bytes.length);
    const [loss] = losses;
    const isLost = loss !== undefined && loss < end;
    const range = `bytes ${at}-${end - 1}/${bytes.length}`;
    try {
      const answer = await put(url, bytes.subarray(at, end), range, isLost ? { cutAfter: Math.max(loss - at, 0) } : {});
      if (answer.status === 200 || answer.status === 201) return;
      if (answer.status !== 308) throw new Error(`The session answers ${answer.status}: ${answer.body}`);
      at = answer.kept;
    } catch (error) {
      if (!isLost) throw error;
      losses.shift();
      at = (await ask(url, bytes.length)).kept;
    }
  }
}

type BatchResult = z.infer<typeof BatchReply>['results'][number];

/** `POST /v1/photos/batch` for one upload: a photo, or why it is none. */
export async function finish(user: TestUser, upload: string, more: object = {}): Promise<BatchResult> {
  const items = [{ upload, ...more }];
  const { results } = checked(BatchReply, (await user.post('/v1/photos/batch').send({ items }).expect(200)).body);
  const [result] = results;
  if (!result || results.length > 1) throw new Error(`One item was sent, and ${results.length} came back.`);
  return result;
}

/** Makes a photo of one upload. Throws if it is refused. */
export async function finished(user: TestUser, upload: string, more: object = {}) {
  const result = await finish(user, upload, more);
  if (result.status !== 'failed') return result;
  throw new Error(`The upload was refused: ${result.problem.detail}`);
}

/** Opens a session and sends the file. Returns the id of the upload. */
export async function sendDirect(
  user: TestUser,
  bytes: Buffer,
  options: SendOptions = {},
  more: Record<string, unknown> = {},
): Promise<string> {
  const { id, sessionUrl } = await open(user, bytes, more);
  await send(sessionUrl, bytes, options);
  return id;
}
