import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { STATUS_CODES } from '../node-http.ts';
import { ERRORS, type ErrorCode } from './errors.ts';
import { PROBLEM_TYPE } from './problem.ts';
import type { ReplyShape, Route } from './route.ts';

const FORM_ERRORS = ['invalid-request', 'unsupported-media-type', 'body-too-large'] as const;
const FILE_ERRORS = ['file-too-large', 'too-many-files', 'upload-aborted'] as const;

/** All that can come back from a route: its replies, and its errors by status. */
export function documentResponses(route: Route): ZodOpenApiResponsesObject {
  const errors = Array.from(errorsByStatus(route), ([status, codes]) => [status, describeErrors(codes)] as const);
  const replies = Object.entries(route.replies).map(
    ([status, shape]) => [status, describeReply(status, shape)] as const,
  );
  return Object.fromEntries([...errors, ...replies]);
}

/** What the route names, and what the mount itself may answer for it. */
export function errorsOf({ access, params, query, body, form, errors = [] }: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(errors);
  if (['user', 'optional', 'signed-url'].includes(access)) codes.add('unauthenticated').add('account-erased');
  if (params) codes.add('not-found');
  if (query) codes.add('invalid-request');
  if (body || form) for (const code of FORM_ERRORS) codes.add(code);
  if (form) for (const code of FILE_ERRORS) codes.add(code);
  // What a route asks of the cloud may be refused for a while.
  return [...codes.add('internal').add('unavailable').add('overloaded')];
}

function errorsByStatus(route: Route): Map<number, ErrorCode[]> {
  return Map.groupBy(errorsOf(route), (code) => ERRORS[code][0]);
}

function describeReply(status: string, shape: ReplyShape): ZodOpenApiResponseObject {
  const head = { description: STATUS_CODES[status] ?? 'Done', headers: { 'X-Request-Id': REQUEST_ID } };
  if (shape === null) return head;
  if (typeof shape !== 'string') return { ...head, content: { 'application/json': { schema: shape } } };
  // In OpenAPI 3.1 the media type alone says that a body is bytes.
  return { ...head, content: { [shape]: {} } };
}

function describeErrors(codes: ErrorCode[]): ZodOpenApiResponseObject {
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] };
  return {
    description: codes.map((code) => `${ERRORS[code][1]} (\`${code}\`).`).join(' '),
    headers: { 'X-Request-Id': REQUEST_ID },
    content: { [PROBLEM_TYPE]: { schema } },
  };
}

const REQUEST_ID = {
  description: 'Names the request in the log of this service.',
  schema: { type: 'string' },
} as const;
