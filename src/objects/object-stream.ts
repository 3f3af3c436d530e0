import type { File } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ByteRange } from '../runtime/byte-range.ts';
import { retry } from '../runtime/retry.ts';
import { BUCKET_RETRY, BucketSilent, refusal, requestObject, requireChecksum } from './object-request.ts';

/**
 * The bytes of an object, or of a part of it, in order. A stream whose connection breaks goes on from where it broke,
 * in the same generation of the object. A whole object is checked by its checksum at its end. Emits `error` with the
 * AppError unavailable when the bucket gives no more bytes in several attempts, and another error when there is no such
 * object.
 */
export const objectStream = (file: File, range?: ByteRange): Readable =>
  Readable.from(chunksOf(file, range), { objectMode: false });

async function* chunksOf(file: File, range: ByteRange | undefined): AsyncGenerator<Buffer, void> {
  let next = range?.start ?? 0;
  let generation: string | undefined;
  let crc = 0;
  for (;;) {
    const from = next;
    const response = await retry(() => open(file, { start: next, end: range?.end }, generation), BUCKET_RETRY);
    generation ??= response.headers['x-goog-generation'] as string | undefined;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        if (!range) crc = crc32c(chunk, crc);
        next += chunk.length;
        yield chunk;
      }
      if (!range) requireChecksum(response, crc);
      return;
    } catch (cause) {
      if (cause instanceof BucketSilent) throw cause;
      if (next === from) throw new BucketSilent('The connection to the bucket broke again and again.', cause);
    }
  }
}

async function open(
  file: File,
  { start, end }: { start: number; end: number | undefined },
  generation: string | undefined,
): Promise<IncomingMessage> {
  const whole = start === 0 && end === undefined;
  const response = await requestObject(file, {
    headers: whole ? {} : { Range: `bytes=${start}-${end ?? ''}` },
    generation,
  });
  const { statusCode: status = 0 } = response;
  if (status === (whole ? 200 : 206)) return response;
  throw refusal(status, await text(response).catch(() => ''));
}
