import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import { fileTooLarge } from '../forms/form-faults.ts';
import { announcedLength } from './request-body.ts';

/**
 * Yields the bytes of a request whose whole body is one file, while they arrive. The rest of a refused body stays in the
 * request.
 * @throws AppError unsupported-media-type, invalid-request, file-too-large, upload-aborted
 */
export async function* rawBody(request: Request, maxBytes: number): AsyncGenerator<Buffer, undefined> {
  requireWholeFile(request);
  if (announcedLength(request.headers) > maxBytes) throw fileTooLarge(maxBytes);
  let left = maxBytes;
  for await (const chunk of chunksOf(request)) {
    left -= chunk.length;
    if (left < 0) throw fileTooLarge(maxBytes);
    yield chunk;
  }
}

function requireWholeFile(request: Request): void {
  if (!/^(identity)?$/i.test(request.get('Content-Encoding') ?? '')) {
    throw new AppError('unsupported-media-type', 'Send the file without a Content-Encoding.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  // RFC 9110, 14.5: a part of a file must not be taken for the whole. curl -C sends one.
  if (request.get('Content-Range') === undefined) return;
  throw new AppError('invalid-request', 'Send the whole file from its first byte, without a Content-Range.');
}

async function* chunksOf(request: Request): AsyncGenerator<Buffer, undefined> {
  try {
    // A destroyed request could not be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (cause) {
    throw new AppError('upload-aborted', 'The upload broke off. Send it again.', { cause });
  }
}
