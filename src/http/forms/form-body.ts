import type { Request } from 'express';
import { finished, Transform, type TransformCallback } from 'node:stream';
import { AppError } from '../../runtime/errors.ts';

/** How the bytes of a form came to their end, as far as its boundary tells. */
export type FormEnd = 'closed' | 'broken-off' | 'without-boundary';

/**
 * The bytes of a multipart request on their way to the parser. Two reasons keep the request itself from the parser: the
 * parser reads the rest of the body, however long, before it reports a fault; and to destroy the request would close the
 * connection that the reply needs.
 */
export class FormBody extends Transform {
  readonly headers: Request['headers'];
  /** Where multer puts the text fields; undefined where it cannot read the type of the form. */
  readonly body: Record<string, unknown> | undefined;
  readonly #request: Request;
  readonly #maxBytes: number;
  readonly #end: FormEndWatch;
  #bytes = 0;

  /** Fails with `body-too-large` after `maxBytes`, with `upload-aborted` when the client breaks off. */
  constructor(request: Request, maxBytes: number) {
    super();
    this.headers = request.headers;
    this.#request = request;
    this.#end = new FormEndWatch(request.headers['content-type'] ?? '');
    this.#maxBytes = maxBytes;
    const forget = finished(request, { writable: false }, (cause) => {
      if (cause) this.destroy(new AppError('upload-aborted', 'The upload broke off. Send it again.', { cause }));
    });
    this.once('close', forget);
    request.pipe(this);
  }

  /** How the form has ended, once no more of it comes. */
  get formEnd(): FormEnd {
    return this.#end.end;
  }

  /** Stops reading. What is left of the request stays in it. */
  leave(): void {
    this.#request.unpipe(this);
    this.destroy();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    this.#end.push(chunk);
    if (this.#bytes > this.#maxBytes) done(formTooLarge(this.#maxBytes));
    else done(null, chunk);
  }

  /** The parser unpipes itself when it has found a fault. */
  override unpipe(destination?: NodeJS.WritableStream): this {
    super.unpipe(destination);
    return this.readableEnded ? this : this.destroy();
  }
}

export function formTooLarge(maxBytes: number): AppError {
  return new AppError('body-too-large', `The whole form must not be larger than ${maxBytes} bytes.`, {
    extra: { maxBytes },
  });
}

/** Behind the closing boundary most forms have a line break, some a few lines (RFC 2046, 5.1.1). */
const LONGEST_EPILOGUE_BYTES = 128;

/** What may follow a boundary: another boundary may begin with the same characters. Bare line ends show a malformed form. */
const BEHIND_BOUNDARY = ['\r', '\n', ' ', '\t', '--'].map((text) => Buffer.from(text));

/** Finds out how a form ended. The parser does not tell it of a form that it cannot read to its end. */
class FormEndWatch {
  readonly #delimiter: Buffer;
  readonly #tailBytes: number;
  #tail = Buffer.alloc(0);
  #isDelimited = false;

  constructor(contentType: string) {
    this.#delimiter = Buffer.from(`--${boundaryOf(contentType)}`, 'latin1');
    this.#tailBytes = this.#delimiter.length + LONGEST_EPILOGUE_BYTES;
  }

  /** Searches whole chunks up to the first boundary only, which is where a form begins. */
  push(chunk: Buffer): void {
    const seen = Buffer.concat([this.#tail, this.#isDelimited ? chunk.subarray(-this.#tailBytes) : chunk]);
    this.#isDelimited ||= BEHIND_BOUNDARY.some((next) => seen.includes(Buffer.concat([this.#delimiter, next])));
    this.#tail = Buffer.from(seen.subarray(-this.#tailBytes));
  }

  /** What has come so far, taken as all of it. */
  get end(): FormEnd {
    const isPartOfOne = this.#tail.equals(this.#delimiter.subarray(0, this.#tail.length));
    if (!this.#isDelimited && !isPartOfOne) return 'without-boundary';
    return this.#tail.includes(Buffer.concat([this.#delimiter, Buffer.from('--')])) ? 'closed' : 'broken-off';
  }
}

/** RFC 2046, 5.1.1: a token or a quoted string, which may hold what needs quoting. */
function boundaryOf(contentType: string): string {
  const [, quoted, token] = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i.exec(contentType) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
}
