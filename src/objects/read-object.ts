import type { File } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { isAlone, release } from '../runtime/free-memory.ts';
import { retry } from '../runtime/retry.ts';
import { BUCKET_RETRY, BucketSilent, refusal, requestObject, requireChecksum } from './object-request.ts';

/**
 * Reads a whole object and checks it by its checksum; undefined when there is none.
 * @throws AppError unavailable, when the bucket gives no whole object in several attempts
 */
export function readObject(file: File): Promise<Buffer | undefined> {
  return retry(() => readOnce(file), BUCKET_RETRY);
}

async function readOnce(file: File): Promise<Buffer | undefined> {
  const response = await requestObject(file);
  const bytes = await wholeBody(response);
  const { statusCode: status = 0 } = response;
  if (status === 404) return undefined;
  if (status !== 200) throw refusal(status, bytes.toString());
  requireChecksum(response, crc32c(bytes));
  return bytes;
}

async function wholeBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    await once(response, 'end');
  } catch (cause) {
    throw new BucketSilent('The connection to the bucket broke in the middle of an object.', cause);
  }
  const bytes = Buffer.concat(chunks);
  for (const chunk of chunks) if (isAlone(chunk)) release(chunk);
  return bytes;
}
