import type { IncomingMessage } from 'node:http';
import type { DeclaredChecksums } from '../engine/checksums.ts';
import { readUntil, type Bytes } from '../store/bytes.ts';
import { header, type Call } from './call.ts';

/** The body as it arrives. A reader that stops early does not end the connection, so that a refusal can be sent. */
export function bodyOf(request: IncomingMessage): Bytes {
  return async (take) => void (await readUntil(request, take));
}

/** Checksums in the headers: `X-Goog-Hash: crc32c=…,md5=…` and `Content-MD5`. */
export function headerChecksums(call: Call): DeclaredChecksums {
  const sums: DeclaredChecksums = {};
  for (const entry of (header(call, 'x-goog-hash') ?? '').split(',')) {
    const [, kind, value] = /^\s*(crc32c|md5)=(.+?)\s*$/.exec(entry) ?? [];
    if (kind && value) sums[kind as keyof DeclaredChecksums] = value;
  }
  const md5 = header(call, 'content-md5');
  return md5 === undefined ? sums : { ...sums, md5 };
}

/** Checksums in an object resource: `md5Hash` and `crc32c`. */
export function resourceChecksums({ md5Hash, crc32c }: Record<string, unknown>): DeclaredChecksums {
  return {
    ...(typeof md5Hash === 'string' ? { md5: md5Hash } : {}),
    ...(typeof crc32c === 'string' ? { crc32c } : {}),
  };
}
