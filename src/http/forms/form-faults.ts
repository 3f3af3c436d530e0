import multer from 'multer';
import { AppError, type ErrorCode, type FieldError } from '../../runtime/errors.ts';
import { pointerTo } from '../faults.ts';
import type { FormEnd } from './form-end.ts';
import { hasLostBytes } from '../input/human-text.ts';

/** What a form may hold. */
export interface FormRules {
  fields: readonly string[];
  /** How many files may come in each file field. */
  files: Readonly<Record<string, number>>;
  maxFileBytes: number;
}

export const NO_BOUNDARY = 'The Content-Type of a form must name its boundary.';

/** What the parser says of a form whose parts do not come to an end. */
const UNENDED = new Set(['Unexpected end of form', 'Unexpected end of file']);

/** A form that has all of its bytes is at fault itself: to send the same ones again would not help. */
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
  ['Malformed part header', ['invalid-request', 'A part of the form has a broken header.']],
  ['Multipart: Boundary not found', ['invalid-request', NO_BOUNDARY]],
]);

/** A failed form as an error for the caller. What the sink failed with is passed on as it is. */
export function formFault(cause: unknown, rules: FormRules, end: FormEnd): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause;
  if (cause instanceof multer.MulterError) return fromMulter(cause, rules);
  const known = UNENDED.has(cause.message) ? BY_END[end] : PARSER_MESSAGES.get(cause.message);
  return known ? new AppError(known[0], known[1], { cause }) : cause;
}

/**
 * The text fields of a form, each known and given once.
 * @throws AppError `invalid-request` with a fault for each that is not.
 */
export function requireFields(body: Readonly<Record<string, unknown>>, rules: FormRules): Record<string, string> {
  const faults = Object.entries(body).flatMap(([name, value]) => {
    if (!rules.fields.includes(name)) return [unknownField(name, rules)];
    if (typeof value === 'string' && !hasLostBytes(value)) return [];
    // A charset that is not known leaves no value at all.
    if (!Array.isArray(value)) return [fault(name, 'not-a-text', 'This must be a text in UTF-8.')];
    return [fault(name, 'repeated', 'This may be given once.')];
  });
  if (faults.length > 0) throw refusal(faults);
  return { ...body } as Record<string, string>;
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
      return new AppError('invalid-request', `The form is not one that is taken here: ${cause.message}.`, { cause });
  }
}

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
  if (Object.hasOwn(files, name)) return fault(name, 'not-a-file', 'This must be a file, with a file name.');
  if (fields.includes(name)) return fault(name, 'not-a-text', 'This must be a text, not a file.');
  const known = `Text fields are: ${fields.join(', ') || 'none'}; files: ${Object.keys(files).join(', ') || 'none'}.`;
  return fault(name, 'unknown-field', `There is no field of this name. ${known}`);
}

const tooLong = (name: string) => fault(name, 'too-big', 'This text is too long.');

function fault(name: string, code: string, message: string): FieldError {
  return { pointer: pointerTo([name]), code, message };
}

function refusal(errors: FieldError[], cause?: Error): AppError {
  const [first] = errors;
  return new AppError('invalid-request', `${first?.pointer}: ${first?.message}`, { cause, errors });
}
