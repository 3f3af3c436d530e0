import type { Request } from 'express';
import { cleanFileName } from '../../http/forms/file-name.ts';
import { AppError } from '../../runtime/errors.ts';

/** For the `headers` of the route that takes an upload by grant. */
export const GRANT_HEADERS = {
  'Content-Type': 'Is ignored: the content of the file decides.',
  'File-Name': "The name of the file: ASCII, or UTF-8''na%C3%AFve.jpg (RFC 8187, section 3.2).",
  Caption: 'The caption, written in the same way.',
  'Taken-At':
    'When the photo was taken: `2019-07-01T10:00:00.12+02:00`, or without the offset where it is not known. It wins over ' +
    'what the file says.',
};

/**
 * Reads the texts that come in the headers of an upload: the name of the file, and the fields of the form that they stand
 * for.
 * @throws AppError invalid-request
 */
export function textsInHeaders(request: Request): { fileName: string; fields: Record<string, string> } {
  const fields: Record<string, string> = {};
  const caption = textOf(request, 'Caption');
  const takenAt = request.get('Taken-At');
  if (caption !== undefined) fields['caption'] = caption;
  if (takenAt !== undefined) fields['takenAt'] = takenAt;
  return { fileName: cleanFileName(textOf(request, 'File-Name') ?? ''), fields };
}

/** RFC 8187, section 3.2.1: charset, language, and bytes in percent-encoding. */
const EXTENDED = /^([\w!#$%&+^`{}~-]+)'([\w-]*)'((?:[\w!#$&+.^`|~-]|%[\da-f]{2})*)$/i;

/** The one printable range that all clients and proxies leave as it is (RFC 9110, section 5.5). */
const ASCII = /^[\t\x20-\x7e]*$/;

function textOf(request: Request, name: string): string | undefined {
  const value = request.get(name);
  if (value === undefined) return undefined;
  const [, charset, , encoded] = EXTENDED.exec(value) ?? [];
  if (encoded === undefined) return ASCII.test(value) ? value : refuse(name);
  return charset?.toLowerCase() === 'utf-8' ? decoded(name, encoded) : refuse(name);
}

function decoded(name: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return refuse(name);
  }
}

function refuse(name: string): never {
  throw new AppError('invalid-request', `Write ${name} in ASCII, or as UTF-8''<percent-encoded UTF-8> (RFC 8187).`);
}
