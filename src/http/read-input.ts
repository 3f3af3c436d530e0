import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import { AppError, type FieldError } from './errors.ts';
import { explainFault } from './fault-messages.ts';
import { bodyTooLarge } from './problem.ts';
import { announcedLength, announcesBody } from './request-body.ts';
import type { Route } from './route.ts';
import { strict } from './strict.ts';

/** The longest JSON body, in bytes. */
export const JSON_LIMIT = 2 ** 20;

const parseJson = express.json({
  limit: JSON_LIMIT,
  type: 'application/json',
  // RFC 8259, 8.1. The parser would put U+FFFD in the place of other bytes, and that would be kept.
  verify: (_request, _response, bytes, encoding) => {
    if (encoding === 'utf-8' && !isUtf8(bytes)) throw new Error('These bytes are not UTF-8.');
  },
});

export interface RequestData {
  query: unknown;
  body: unknown;
}

/**
 * Makes the function that reads what a route's schemas describe. Unknown fields are refused by name.
 * @returns a function that rejects with AppError: `invalid-request` with all faults of query and body together,
 *   `unsupported-media-type`, `body-too-large`.
 */
export function inputReader(route: Route): (request: Request, response: Response) => Promise<RequestData> {
  const querySchema = route.query && strict(route.query);
  const bodySchema = route.body && strict(route.body);
  return async (request, response) => {
    if (bodySchema) await readJson(request, response);
    const faults: FieldError[] = [];
    const query = querySchema && parse(querySchema, request.query, faults);
    const body = bodySchema && parse(bodySchema, request.body, faults);
    if (faults.length > 0) throw new AppError('invalid-request', summaryOf(faults), { errors: faults });
    return { query, body };
  };
}

/** Makes the function that reads a route's path. A path that cannot name anything names nothing: `not-found`. */
export function paramsReader({ params: schema }: Route): (request: Request) => unknown {
  return (request) => {
    const parsed = schema?.safeParse(request.params, { error: explainFault });
    if (!parsed || parsed.success) return parsed?.data;
    const [fault] = faultsOf(parsed.error, request.params);
    const why = fault ? ` ${fault.pointer.slice(1)}: ${sentence(fault.message)}` : '';
    throw new AppError('not-found', `There is nothing at this address.${why}`);
  };
}

/** The faults that zod found, one for each value or unknown field. */
export function faultsOf(error: Pick<z.ZodError, 'issues'>, input: unknown): FieldError[] {
  return error.issues.flatMap(withinUnion).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField([...issue.path, key]));
    const missing = valueAt(input, issue.path) === undefined;
    const code = missing ? 'required' : issue.code.replaceAll('_', '-');
    return [{ pointer: pointerTo(issue.path), code, message: missing ? 'This is required.' : issue.message }];
  });
}

/** Of what may have several forms, the faults by the form that it comes nearest to. */
function withinUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const nearest = issue.errors.reduce((best, other) => (other.length < best.length ? other : best));
  // A value that is of none of their types is nearer to no form than to another.
  if (nearest.some(({ code, path }) => code === 'invalid_type' && path.length === 0)) return [issue];
  return nearest.map((inner) => Object.assign({}, inner, { path: [...issue.path, ...inner.path] }));
}

/**
 * What a schema makes of a value.
 * @throws AppError `invalid-request` with every fault
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input, { error: explainFault });
  if (parsed.success) return parsed.data;
  const errors = faultsOf(parsed.error, input);
  throw new AppError('invalid-request', summaryOf(errors), { errors });
}

async function readJson(request: Request, response: Response): Promise<void> {
  // Whether there must be one is for the schema to judge.
  if (!announcesBody(request)) return;
  if (!request.is('application/json')) {
    throw new AppError('unsupported-media-type', 'The body must be application/json.', {
      headers: { Accept: 'application/json' },
    });
  }
  // Refused before it arrives: the parser would first read all of it.
  if (announcedLength(request.headers) > JSON_LIMIT) {
    throw bodyTooLarge(JSON_LIMIT);
  }
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

function parse(schema: z.ZodType, input: unknown, faults: FieldError[]): unknown {
  const parsed = schema.safeParse(input, { error: explainFault });
  if (!parsed.success) faults.push(...faultsOf(parsed.error, input));
  return parsed.data;
}

function unknownField(path: PropertyKey[]): FieldError {
  return { pointer: pointerTo(path), code: 'unknown-field', message: 'There is no such field here.' };
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);
}

/** One sentence for all of them. */
export function summaryOf(faults: FieldError[]): string {
  const [first] = faults;
  const where = first?.pointer ? `${first.pointer}: ` : '';
  const others = faults.length - 1;
  const more = others === 1 ? ' 1 more fault is in `errors`.' : ` ${others} more faults are in \`errors\`.`;
  return `${where}${sentence(first?.message ?? '')}${others > 0 ? more : ''}`;
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
