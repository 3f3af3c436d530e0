import type { Route } from '../route.ts';

/** The headers of replies that a client may use, each once in the components of the document. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'Names the request in the log of this service.',
    schema: { type: 'string' },
    example: 'c7d1f3a0-6f0f-4f5e-9a51-0c8d5c7e2b19',
  },
  RateLimit: {
    description: 'What is left of a limit: `r` of its quota; after `t` seconds there is more.',
    schema: { type: 'string' },
    example: '"api";r=599;t=1',
  },
  'RateLimit-Policy': {
    description:
      'The limit: its quota `q` and the `w` seconds in which all of it comes back. `GET /v1/limits` has all.',
    schema: { type: 'string' },
    example: '"api";q=600;w=30',
  },
  'Retry-After': {
    description: 'The seconds after which to send the request again.',
    schema: { type: 'integer', format: 'int32', minimum: 1 },
    example: 1,
  },
  'WWW-Authenticate': {
    description: 'How to sign in, and what is wrong with the credentials that were sent (RFC 6750).',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token"',
  },
  ETag: {
    description: 'The version of what was sent. Send it in `If-None-Match` to read again, and in `If-Match` to change.',
    schema: { type: 'string' },
    example: '"zkrZDIoSHcX8ooPs-7"',
  },
  Link: {
    description: 'The pages before and after this one, with `rel="prev"` and `rel="next"` (RFC 8288).',
    schema: { type: 'string' },
    example: '</v1/timeline?cursor=Aew07fQx>; rel="next"',
  },
  Location: {
    description: 'The address of what was made, or of the bytes.',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/photos/zkrZDIoSHcX8ooPs',
  },
  'Idempotent-Replayed': {
    description: '`true` when this is the reply to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  'Content-Range': {
    description: 'Which bytes these are, and of how many (RFC 9110, 14.4).',
    schema: { type: 'string' },
    example: 'bytes 0-1023/3145728',
  },
  'Accept-Ranges': {
    description: 'Parts of the bytes may be asked for by `Range`.',
    schema: { type: 'string', const: 'bytes' },
    example: 'bytes',
  },
  'Repr-Digest': {
    description: 'The SHA-256 of the whole original (RFC 9530).',
    schema: { type: 'string' },
    example: 'sha-256=:FuXnk+cnZB3nZpnUK+3aJpM/SCh6QsS/Cpf4Gjcc99Q=:',
  },
} as const;

type HeaderName = keyof typeof HEADERS;

/** References to the headers that replies of a status may have. */
export function describeHeaders(route: Route, status: number): Record<string, { $ref: string }> {
  return Object.fromEntries(namesOf(route, status).map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function namesOf(route: Route, status: number): HeaderName[] {
  const names: HeaderName[] = ['X-Request-Id'];
  if (isCounted(route)) names.push('RateLimit', 'RateLimit-Policy');
  if (status === 401) names.push('WWW-Authenticate');
  // The version that there is, beside the one that the condition asked for.
  if (status === 412) names.push('ETag');
  if (status === 429 || status === 503) names.push('Retry-After');
  if (status === 416) names.push('Content-Range');
  if (status < 400) names.push(...namesOfReply(route, status));
  return names;
}

/** What the mount and the presenters send follows from the kind of route. */
function namesOfReply({ method, headers = {}, query, replies }: Route, status: number): HeaderName[] {
  const names: HeaderName[] = [];
  const isVersioned = 304 in replies || 'If-Match' in headers || (method !== 'get' && status < 202);
  if (isVersioned && status !== 204 && status !== 302) names.push('ETag');
  if (status === 201 || status === 302) names.push('Location');
  if ('Idempotency-Key' in headers) names.push('Idempotent-Replayed');
  if (status === 200 && query && 'shape' in query && 'cursor' in (query.shape as object)) names.push('Link');
  if (206 in replies && status !== 302) names.push('Accept-Ranges', 'Repr-Digest');
  if (status === 206) names.push('Content-Range');
  return names;
}

/** Whether requests of the route count against a limit. */
export const isCounted = ({ access, countsAs }: Route) => countsAs !== 'free' && access !== 'platform';
