import multer from 'multer';
import { AppError, type ErrorCode, type FieldError } from '../../runtime/errors.ts';
import { pointerTo } from '../faults.ts';
import type { FormEnd } from './form-body.ts';
import { hasLostBytes } from '../input/human-text.ts';

/** What a form may hold. */
export interface FormRules {
  fields: readonly string[];
  /** How many files may come in each file field. */
  files: Readonly<Record<string, number>>;
  maxFileBytes: number;
}

/** What a form may hold beside its files. */
export const FORM_LIMITS = { parts: 8, fields: 6, fieldNameSize: 64, fieldSize: 8192, headerPairs: 32 };

const NO_BOUNDARY = 'The Content-Type of a form must name its boundary.';

/** What the parser says of a form whose parts do not come to an end. */
const UNENDED = new Set(['Unexpected end of form', 'Unexpected end of file']);

/** A form of which all bytes arrived is at fault itself: to send the same bytes again would not help. */
const BY_END: Record<FormEnd, [ErrorCode, string]> = {
  'broken-off': ['upload-aborted', 'The form ends before its closing boundary. Send it again.'],
  'without-boundary': [
    'invalid-request',
    'The boundary that the Content-Type names is nowhere in the body. Send the header that belongs to the body.',
  ],
  closed: [
    'invalid-request',
    'The form is malformed: CR LF must stand before and behind each boundary and end each line of a part header, and ' +
      'an empty line must stand before the content of a part.',
  ],
};

/** The parser's own errors have no codes, only messages. */
const PARSER_MESSAGES = new Map<string, [ErrorCode, string]>([
  [
    'Malformed part header',
    ['invalid-request', 'A part of the form has a broken header. Send name, colon, value and CR LF in each line.'],
  ],
  ['Multipart: Boundary not found', ['invalid-request', NO_BOUNDARY]],
]);

/** A failed form as an error for the client. Faults that are not the form's are passed on as they are. */
export function formFault(cause: unknown, rules: FormRules, end: FormEnd): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause;
  if (cause instanceof multer.MulterError) return fromMulter(cause, rules);
  const known = UNENDED.has(cause.message) ? BY_END[end] : PARSER_MESSAGES.get(cause.message);
  return known ? new AppError(known[0], known[1], { cause }) : cause;
}

/** The fields that the form may hold, each of them one text. `body` is what multer has read of the form. */
export function soundFields(body: Readonly<Record<string, unknown>>, rules: FormRules): [name: string, text: string][] {
  return Object.entries(body).filter((field): field is [string, string] => fieldFault(field, rules) === undefined);
}

/** All that is wrong with the text fields of a form that has been read; undefined when nothing is. */
export function faultOfFields(body: Readonly<Record<string, unknown>> | undefined, rules: FormRules) {
  // multer skips a form whose type it cannot read.
  if (body === undefined) return new AppError('invalid-request', NO_BOUNDARY);
  const faults = Object.entries(body).flatMap((field) => fieldFault(field, rules) ?? []);
  return faults.length > 0 ? refusal(faults) : undefined;
}

function fieldFault([name, value]: [string, unknown], rules: FormRules): FieldError | undefined {
  if (!rules.fields.includes(name)) return unknownField(name, rules);
  if (typeof value === 'string' && !hasLostBytes(value)) return undefined;
  // multer reads no value at all in a charset that it does not know.
  if (!Array.isArray(value)) return fault(name, 'not-a-text', 'Send this as a text in UTF-8.');
  return fault(name, 'repeated', 'Send this once.');
}

/** multer has more codes than its typings know. */
function fromMulter(cause: multer.MulterError, rules: FormRules): AppError {
  const { field = '' } = cause;
  switch (cause.code as string) {
    case 'LIMIT_FILE_SIZE':
      return fileTooLarge(rules.maxFileBytes, cause);
    case 'LIMIT_UNEXPECTED_FILE':
      return Object.hasOwn(rules.files, field)
        ? tooManyFiles(rules, cause)
        : refusal([unknownField(field, rules)], cause);
    case 'LIMIT_FILE_COUNT':
      return tooManyFiles(rules, cause);
    case 'LIMIT_FIELD_VALUE':
      return refusal([rules.fields.includes(field) ? tooLong(field) : unknownField(field, rules)], cause);
    case 'LIMIT_FIELD_NESTING':
    case 'LIMIT_FIELD_ARRAY_INDEX':
    case 'INVALID_FIELD_NAME':
      return refusal([unknownField(field, rules)], cause);
    default:
      return new AppError('invalid-request', LIMIT_FAULTS[cause.code] ?? 'The form cannot be read.', { cause });
  }
}

const LIMIT_FAULTS: Record<string, string> = {
  LIMIT_PART_COUNT: `The form has too many parts. Send at most ${FORM_LIMITS.parts}.`,
  LIMIT_FIELD_COUNT: `The form has too many text fields. Send at most ${FORM_LIMITS.fields}.`,
  LIMIT_FIELD_KEY: `A field name is too long. Use at most ${FORM_LIMITS.fieldNameSize} bytes.`,
  MISSING_FIELD_NAME: 'A part of the form has its name missing. Give each part a name in its Content-Disposition.',
};

export function fileTooLarge(maxBytes: number, cause?: Error): AppError {
  return new AppError('file-too-large', `A file must not be larger than ${maxBytes} bytes.`, {
    cause,
    extra: { maxBytes },
  });
}

function tooManyFiles({ files }: FormRules, cause: Error): AppError {
  const counts = Object.entries(files).map(([name, count]) => `${count} × ${name}`);
  return new AppError('too-many-files', `One form takes at most: ${counts.join(', ')}.`, { cause });
}

function unknownField(name: string, { fields, files }: FormRules): FieldError {
  if (Object.hasOwn(files, name)) return fault(name, 'not-a-file', 'Send this as a file, with a file name.');
  if (fields.includes(name)) return fault(name, 'not-a-text', 'Send this as a text, not as a file.');
  const known = `Text fields are: ${fields.join(', ') || 'none'}; files: ${Object.keys(files).join(', ') || 'none'}.`;
  return fault(name, 'unknown-field', `There is no field of this name. ${known}`);
}

const tooLong = (name: string) => fault(name, 'too-big', `Send at most ${FORM_LIMITS.fieldSize} bytes.`);

function fault(name: string, code: string, message: string): FieldError {
  return { pointer: pointerTo([name]), code, message };
}

function refusal(errors: FieldError[], cause?: Error): AppError {
  const [first] = errors;
  return new AppError('invalid-request', `${first?.pointer}: ${first?.message}`, { cause, errors });
}
