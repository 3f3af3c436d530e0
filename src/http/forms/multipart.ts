import type { Request, Response } from 'express';
import multer from 'multer';
import { callbackify } from 'node:util';
import { AppError } from '../../runtime/errors.ts';
import { FileIntake, type FileSink, type StoredFile } from './file-intake.ts';
import { cleanFileName } from './file-name.ts';
import { formTooLarge, FormBody } from './form-body.ts';
import { fileTooLarge, formFault, NO_BOUNDARY, requireFields, type FormRules } from './form-faults.ts';
import { announcedLength } from '../input/request-body.ts';

export type { FileHead, FileSink, StoredFile } from './file-intake.ts';

export interface FormOptions<T> extends FormRules {
  sink: FileSink<T>;
  /** Breaks the form off, for example when the program stops. */
  signal?: AbortSignal;
}

export interface Form<T> {
  fields: Record<string, string>;
  /** In the order of the form. */
  files: StoredFile<T>[];
}

/** What text fields, part headers and boundaries may add to the files, in bytes. */
const OVERHEAD = 2 ** 20;

/**
 * Receives a multipart form. Its files stream into the sink while they arrive; none is ever whole in memory. When the
 * form fails, for whatever reason, this rejects only after everything stored has been discarded.
 * @throws AppError `unsupported-media-type`, `body-too-large`, `file-too-large`, `too-many-files`, `upload-aborted`,
 *   `invalid-request` with the pointers of the fields; and whatever the sink rejects with.
 */
export async function receiveForm<T>(request: Request, options: FormOptions<T>): Promise<Form<T>> {
  const maxBytes = options.maxFileBytes + OVERHEAD;
  requireForm(request, maxBytes);
  options.signal?.throwIfAborted();
  const body = new FormBody(request, maxBytes);
  const intake = new FileIntake(options.sink);
  const stop = () => body.destroy(options.signal?.reason as Error);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const fields = requireFields(await parse(body, intake, options), options);
    return { fields, files: await intake.all() };
  } catch (cause) {
    await intake.discard(cause as Error);
    throw formFault(cause, options, body.formEnd);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    request.unpipe(body);
    body.destroy();
  }
}

function requireForm(request: Request, maxBytes: number): void {
  if (!request.is('multipart/form-data')) {
    throw new AppError('unsupported-media-type', 'The body must be multipart/form-data.');
  }
  if (!/^(identity)?$/i.test(request.get('Content-Encoding') ?? '')) {
    throw new AppError('unsupported-media-type', 'Send the form as it is: without a Content-Encoding.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  if (announcedLength(request.headers) > maxBytes) throw formTooLarge(maxBytes);
}

/** Resolves to the text fields when the form has been read to its end and all files are stored. */
async function parse<T>(body: FormBody, intake: FileIntake<T>, rules: FormRules): Promise<Record<string, unknown>> {
  const fields = Object.entries(rules.files).map(([name, maxCount]) => ({ name, maxCount }));
  const middleware = multer({ storage: storageOf(intake, rules), limits: limitsOf(rules) }).fields(fields);
  // multer reads the headers and the bytes of a request, and writes its body: that much of one we give it.
  const request = body as unknown as Request;
  await new Promise<void>((resolve, reject) => {
    void middleware(request, {} as Response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
  // multer leaves a type alone that it cannot read.
  if (request.body === undefined) throw new AppError('invalid-request', NO_BOUNDARY);
  return request.body as Record<string, unknown>;
}

/** Set one by one, since multer's own defaults are unlimited or large. It counts them inclusively. */
function limitsOf({ files, maxFileBytes }: FormRules): multer.Options['limits'] {
  return {
    parts: 8,
    fields: 6,
    fieldNameSize: 64,
    fieldSize: 8192,
    headerPairs: 32,
    fieldNestingDepth: 0,
    fieldArrayIndexLimit: 0,
    fileSize: maxFileBytes,
    // One more than are taken, so that the error can name the field that has one too many.
    files: Object.values(files).reduce((sum, count) => sum + count, 1),
  };
}

function storageOf<T>(intake: FileIntake<T>, { maxFileBytes }: FormRules): multer.StorageEngine {
  const take = async (request: Request, { fieldname, originalname, mimetype, stream }: Express.Multer.File) => {
    const fields = { ...(request.body as Record<string, string>) };
    // The parser would let the sink believe that the file ends where the limit cuts it.
    stream.once('limit', () => intake.abort(fileTooLarge(maxFileBytes)));
    const maxBytes = announcedLength(request.headers) || undefined;
    await intake.take(
      { field: fieldname, name: cleanFileName(originalname), type: mimetype, fields, maxBytes },
      stream,
    );
    return {};
  };
  // The intake discards, and waits for it, whichever way a form ends.
  return { _handleFile: callbackify(take), _removeFile: (_request, _file, done) => done(null) };
}
