import type { Request } from 'express';
import { text } from 'node:stream/consumers';
import { AppError } from '../../runtime/errors.ts';
import { announcedLength } from '../input/request-body.ts';
import { bodyTooLarge } from '../replies/problem.ts';

/**
 * Reads the fields of a form without files.
 * @throws AppError unsupported-media-type, body-too-large
 */
export async function readPlainForm(request: Request, maxBytes: number): Promise<URLSearchParams> {
  if (!request.is('application/x-www-form-urlencoded')) {
    throw new AppError('unsupported-media-type', 'Send the form as application/x-www-form-urlencoded.');
  }
  // Browsers always send the length of such a form.
  if (!(announcedLength(request.headers) <= maxBytes) || request.headers['transfer-encoding'] !== undefined) {
    throw bodyTooLarge(maxBytes);
  }
  return new URLSearchParams(await text(request));
}
