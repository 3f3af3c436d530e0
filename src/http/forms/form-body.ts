import type { Request } from 'express';
import { finished, Transform, type TransformCallback } from 'node:stream';
import { AppError } from '../../runtime/errors.ts';
import { FormEndWatch, type FormEnd } from './form-end.ts';

/**
 * The bytes of a multipart request on their way to the parser. It stands between the two because the parser, once it
 * has found a fault, would read the rest of the body to its end, however long, before it says so, and because to
 * destroy the request itself would tear down the connection on which the answer must go out.
 */
export class FormBody extends Transform {
  readonly headers: Request['headers'];
  readonly #maxBytes: number;
  readonly #end: FormEndWatch;
  #bytes = 0;

  /** Fails with `body-too-large` after `maxBytes`, with `upload-aborted` when the client breaks off. */
  constructor(request: Request, maxBytes: number) {
    super();
    this.headers = request.headers;
    this.#end = new FormEndWatch(request.headers['content-type'] ?? '');
    this.#maxBytes = maxBytes;
    const forget = finished(request, { writable: false }, (cause) => {
      if (cause) this.destroy(new AppError('upload-aborted', 'The upload broke off. Send it again.', { cause }));
    });
    this.once('close', forget);
    request.pipe(this);
  }

  /** How the form has ended, once nothing more of it comes. */
  get formEnd(): FormEnd {
    return this.#end.end;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    this.#end.push(chunk);
    if (this.#bytes > this.#maxBytes) done(formTooLarge(this.#maxBytes));
    else done(null, chunk);
  }

  /** The parser unpipes itself when it gives up. */
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
