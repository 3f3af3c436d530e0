import type { Request, Response } from 'express';
import multer from 'multer';
import { addAbortSignal, finished, Readable } from 'node:stream';
import { AppError } from '../../runtime/errors.ts';
import { announcedLength } from '../input/request-body.ts';
import { cleanFileName } from './file-name.ts';
import { FormBody, formTooLarge } from './form-body.ts';
import { faultOfFields, fileTooLarge, FORM_LIMITS, formFault, soundFields, type FormRules } from './form-faults.ts';

export type FormPart = FieldPart | FilePart;

/** A text field that the form may hold. */
interface FieldPart {
  kind: 'field';
  name: string;
  value: string;
}

/** A file that is arriving. */
export interface FilePart {
  kind: 'file';
  /** The form field it came in. */
  field: string;
  /** Its name on the client, cleaned. May be empty. */
  name: string;
  /** What the client says it is; proves nothing. */
  type: string;
  /** The most bytes that it can have, where the request has announced its length. */
  maxBytes: number | undefined;
  /** Its bytes as they arrive. Fails when the form does. The next part comes after them: what is not read is skipped. */
  bytes: AsyncGenerator<Buffer, undefined>;
}

/** What text fields, part headers and boundaries may add to the files, in bytes. */
const OVERHEAD_BYTES = 2 ** 20;

/**
 * Yields the parts of a multipart form while it arrives; no file is ever whole in memory. What this throws is not
 * sent again: the caller removes what it has stored of the form.
 * @param signal breaks the form off
 * @throws AppError `unsupported-media-type`, `body-too-large`, `file-too-large`, `too-many-files`, `upload-aborted`,
 *   `invalid-request` with the pointers of the fields
 */
export async function* formParts(request: Request, rules: FormRules, signal?: AbortSignal): AsyncGenerator<FormPart> {
  const maxBytes = rules.maxFileBytes + OVERHEAD_BYTES;
  requireForm(request, maxBytes);
  signal?.throwIfAborted();
  const body = new FormBody(request, maxBytes);
  if (signal) addAbortSignal(signal, body);
  const explain = (cause: unknown) => formFault(cause, rules, body.formEnd);
  try {
    for await (const part of parse(body, rules)) {
      if (part.kind === 'field') {
        yield part;
        continue;
      }
      const bytes = bytesOf(part.file.stream, explain);
      yield filePart(part.file, bytes, announcedLength(request.headers) || undefined);
      await bytes.return(undefined);
      // The next part comes behind the rest of this file, whether the caller wants it or not.
      part.file.stream.resume();
    }
  } catch (cause) {
    throw explain(cause);
  } finally {
    body.leave();
  }
}

function requireForm(request: Request, maxBytes: number): void {
  if (!request.is('multipart/form-data')) {
    throw new AppError('unsupported-media-type', 'Send the form as multipart/form-data.');
  }
  if (!/^(identity)?$/i.test(request.get('Content-Encoding') ?? '')) {
    throw new AppError('unsupported-media-type', 'Send the form without a Content-Encoding.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  if (announcedLength(request.headers) > maxBytes) throw formTooLarge(maxBytes);
}

type ParsedPart = FieldPart | { kind: 'file'; file: Express.Multer.File };

/** The parts as multer finds them: its storage keeps no file, but hands each one on. */
function parse(body: FormBody, rules: FormRules): AsyncIterable<ParsedPart> {
  const parts = new Readable({ objectMode: true, read() {} });
  const tell = (part: ParsedPart) => parts.push(part);
  const told = new Set<string>();
  const tellFields = () => {
    for (const [name, value] of soundFields(body.body ?? {}, rules)) {
      if (!told.has(name)) tell({ kind: 'field', name, value });
      told.add(name);
    }
  };
  const storage: multer.StorageEngine = {
    _handleFile(_request, file, done) {
      tellFields();
      // multer would let the reader believe that the file ends where its limit cuts it.
      file.stream.once('limit', () => file.stream.destroy(fileTooLarge(rules.maxFileBytes)));
      finished(file.stream, { writable: false }, done);
      tell({ kind: 'file', file });
    },
    _removeFile: (_request, _file, done) => done(null),
  };
  const fields = Object.entries(rules.files).map(([name, maxCount]) => ({ name, maxCount }));
  const middleware = multer({ storage, limits: limitsOf(rules) }).fields(fields);
  // multer reads the headers and the bytes of a request, and writes its body: that much of one we give it.
  void middleware(body as unknown as Request, {} as Response, (error?: unknown) => {
    const fault = (error as Error | undefined) ?? faultOfFields(body.body, rules);
    if (!fault) tellFields();
    if (fault) parts.destroy(fault);
    else parts.push(null);
  });
  return parts;
}

/** Set one by one, since multer's own defaults are unlimited or large. It counts them inclusively. */
function limitsOf({ files, maxFileBytes }: FormRules): multer.Options['limits'] {
  return {
    ...FORM_LIMITS,
    parts: Math.max(FORM_LIMITS.parts, FORM_LIMITS.fields + filesOf(files)),
    fieldNestingDepth: 0,
    fieldArrayIndexLimit: 0,
    fileSize: maxFileBytes,
    // One more than are taken, so that the error can name the field that has one too many.
    files: filesOf(files) + 1,
  };
}

const filesOf = (files: FormRules['files']) => Object.values(files).reduce((sum, count) => sum + count, 0);

function filePart(
  { fieldname, originalname, mimetype }: Express.Multer.File,
  bytes: FilePart['bytes'],
  maxBytes: number | undefined,
): FilePart {
  return { kind: 'file', field: fieldname, name: cleanFileName(originalname), type: mimetype, maxBytes, bytes };
}

/** What a stream fails with is explained, because the parser puts errors of its own into it. */
async function* bytesOf(stream: Readable, explain: (cause: unknown) => unknown): AsyncGenerator<Buffer, undefined> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (cause) {
    throw explain(cause);
  }
}
