import type { IncomingMessage } from 'node:http';
import { ConsoleFault } from './section.ts';

/** An entity of 1 MiB as a form: each byte may take three. */
const LARGEST_FORM_BYTES = 8 * 2 ** 20;

/**
 * Reads the fields of a form (URL-encoded).
 * @throws ConsoleFault 400 when the body is another type or too long
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type))
    throw new ConsoleFault(400, 'The console takes forms only.');
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_FORM_BYTES) throw new ConsoleFault(400, 'This form is too long.');
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
