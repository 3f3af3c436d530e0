import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { STATUS_CODES } from '../../runtime/node-http.ts';
import { ERRORS, type ErrorCode } from '../../runtime/errors.ts';
import { PROBLEM_TYPE } from '../replies/problem.ts';
import type { ReplyShape, Route } from '../route.ts';
import { READS_CREDENTIALS } from '../scopes.ts';
import { describeHeaders, isCounted } from './openapi-headers.ts';

const FORM_ERRORS = ['invalid-request', 'unsupported-media-type', 'body-too-large'] as const;
const FILE_ERRORS = ['file-too-large', 'too-many-files', 'upload-aborted'] as const;

/** All that can come back from a route: its replies, and its errors by status. */
export function documentResponses(route: Route): ZodOpenApiResponsesObject {
  const errors = Array.from(
    errorsByStatus(route),
    ([status, codes]) => [status, describeErrors(route, status, codes)] as const,
  );
  const replies = Object.entries(route.replies).map(
    ([status, shape]) => [status, describeReply(route, status, shape)] as const,
  );
  return Object.fromEntries([...errors, ...replies]);
}

/** What the route names, and what the mount itself may answer for it. */
function errorsOf(route: Route): ErrorCode[] {
  const { method, access, params, query, headers, body, form, errors = [] } = route;
  const codes = new Set<ErrorCode>(errors);
  if (isCounted(route)) codes.add('rate-limited');
  const asksWhoCalls = READS_CREDENTIALS.has(access);
  if (asksWhoCalls) codes.add('unauthenticated').add('registration-closed').add('scope-missing').add('account-erased');
  if (asksWhoCalls && method !== 'get') codes.add('cross-site-request');
  // A value that is no list of tags.
  if (headers?.['If-Match']) codes.add('invalid-request');
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

function describeReply(route: Route, status: string, shape: ReplyShape): ZodOpenApiResponseObject {
  const head = { description: STATUS_CODES[status] ?? 'Done', headers: describeHeaders(route, Number(status)) };
  if (shape === null) return head;
  if (typeof shape !== 'string') {
    const example = status === '200' ? route.example?.() : undefined;
    return { ...head, content: { 'application/json': { schema: shape, ...(example !== undefined && { example }) } } };
  }
  // In OpenAPI 3.1 the media type alone says that a body is bytes.
  return { ...head, content: { [shape]: {} } };
}

function describeErrors(route: Route, status: number, codes: ErrorCode[]): ZodOpenApiResponseObject {
  const schema = { $ref: '#/components/schemas/Problem' };
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return {
    description: codes.map((code) => `${ERRORS[code][1]} (\`${code}\`).`).join(' '),
    headers: describeHeaders(route, status),
    content: { [PROBLEM_TYPE]: { schema, examples } },
  };
}
