import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { explainFault } from './fault-messages.ts';
import { faultsOf, invalidRequest, joinFaults, sentence, type Faults } from '../faults.ts';
import { excessOf } from './json-size.ts';
import { bodyTooLarge } from '../replies/problem.ts';
import { announcedLength, announcesBody } from './request-body.ts';
import type { Route } from '../route.ts';

/** The longest JSON body, in bytes. */
export const JSON_LIMIT_BYTES = 2 ** 20;

const parseJson = express.json({
  limit: JSON_LIMIT_BYTES,
  type: 'application/json',
  // RFC 8259, 8.1. The parser would put U+FFFD in the place of other bytes, and that would be kept.
  verify: (_request, _response, bytes, encoding) => {
    if (encoding !== 'utf-8' || !isUtf8(bytes)) throw new Error('These bytes are not UTF-8.');
    const excess = excessOf(bytes);
    // The parser of the body adds its own status to what is thrown here.
    if (excess) throw new Error(excess, { cause: new AppError('invalid-request', excess) });
  },
});

interface RequestData {
  query: unknown;
  body: unknown;
}

/**
 * Makes the function that reads what a route's schemas describe. Unknown fields are refused by name.
 * @returns a function that rejects with AppError: `invalid-request` with the faults of query and body together,
 *   `unsupported-media-type`, `body-too-large`.
 */
export function inputReader(route: Route): (request: Request, response: Response) => Promise<RequestData> {
  const querySchema = route.query && strict(route.query);
  const bodySchema = route.body && strict(route.body);
  return async (request, response) => {
    if (bodySchema) await readJson(request, response);
    const query = querySchema && parse(querySchema, request.query);
    const body = bodySchema && parse(bodySchema, request.body);
    const faults = joinFaults(query?.faults ?? NONE, body?.faults ?? NONE);
    if (faults.count > 0) throw invalidRequest(faults);
    return { query: query?.data, body: body?.data };
  };
}

/** Makes the function that reads a route's path. It throws not-found for a path that its schema does not take. */
export function paramsReader({ params: schema }: Route): (request: Request) => unknown {
  return (request) => {
    const parsed = schema?.safeParse(request.params, { error: explainFault });
    if (!parsed || parsed.success) return parsed?.data;
    const [fault] = faultsOf(parsed.error, request.params).told;
    const why = fault ? ` ${fault.pointer.slice(1)}: ${sentence(fault.message)}` : '';
    throw new AppError('not-found', `There is nothing at this address.${why}`);
  };
}

/**
 * Parses a value by its schema.
 * @throws AppError `invalid-request`
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input, { error: explainFault });
  if (parsed.success) return parsed.data;
  throw invalidRequest(faultsOf(parsed.error, input));
}

async function readJson(request: Request, response: Response): Promise<void> {
  // The schema decides whether a body is required.
  if (!announcesBody(request)) return;
  if (!request.is('application/json')) {
    throw new AppError('unsupported-media-type', 'Send the body as application/json.', {
      headers: { Accept: 'application/json' },
    });
  }
  // Refused before it arrives: the parser would first read all of it.
  if (announcedLength(request.headers) > JSON_LIMIT_BYTES) {
    throw bodyTooLarge(JSON_LIMIT_BYTES);
  }
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(causeOf(error))));
  });
}

const causeOf = (error: unknown) => (error instanceof Error && error.cause instanceof AppError ? error.cause : error);

const NONE: Faults = { told: [], count: 0 };

function parse(schema: z.ZodType, input: unknown): { data: unknown; faults: Faults } {
  const parsed = schema.safeParse(input, { error: explainFault });
  return { data: parsed.data, faults: parsed.success ? NONE : faultsOf(parsed.error, input) };
}

/** Where the definitions of zod's wrappers keep what they wrap. Not of intersections: each half would refuse the other. */
const WRAPPED = ['innerType', 'element', 'valueType', 'in', 'out'] as const;

type Definition = z.ZodType['def'] & Partial<Record<(typeof WRAPPED)[number], z.ZodType>> & { options?: z.ZodType[] };

/**
 * The same schema, but refusing unknown fields in every object, however deep, that does not say itself what it does
 * with them.
 */
export function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return strictObject(schema);
  const def: Definition = schema.def;
  const changed: Definition = { ...def };
  for (const key of WRAPPED) if (def[key]) changed[key] = strict(def[key]);
  if (schema instanceof z.ZodUnion && def.options) changed.options = def.options.map(strict);
  return schema.clone(changed);
}

function strictObject(schema: z.ZodObject): z.ZodType {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, strict(field as z.ZodType)]);
  const shape = Object.fromEntries(fields) as z.ZodRawShape;
  return schema.clone({ ...schema.def, shape, catchall: schema.def.catchall ?? z.never() });
}
