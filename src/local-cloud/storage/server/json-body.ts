import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/bytes.ts';

/** The most that metadata may take, in bytes. */
export const MAX_METADATA_BYTES = 2 << 20;

/** Reads a JSON object. An empty body is an empty object. */
export async function readJson(bytes: Bytes): Promise<Record<string, unknown>> {
  const text = (await readAll(bytes, MAX_METADATA_BYTES)).toString('utf8');
  return text.trim() === '' ? {} : parseObject(text);
}

/** Reads a small body whole; more than `limit` bytes are refused. */
export async function readAll(bytes: Bytes, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await bytes((chunk) => {
    size += chunk.length;
    if (size > limit) throw new StorageError('uploadTooLarge', 'Metadata part is too large.');
    chunks.push(chunk);
  });
  return Buffer.concat(chunks, size);
}

export function parseObject(text: string): Record<string, unknown> {
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new StorageError('parseError', 'Parse Error');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StorageError('parseError', 'Parse Error', { cause });
  }
}
