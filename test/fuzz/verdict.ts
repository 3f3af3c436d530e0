import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ERRORS } from '../../src/runtime/errors.ts';
import type { Answer } from '../support/http-client.ts';
import type { Api } from './api.ts';
import type { Generated } from './requests.ts';

/** Codes of 5xx that are no fault: the service says that it has no room, or no time. */
const EXPECTED_5XX = new Set([
  'overloaded',
  'unavailable',
  'decode-timeout',
  'decode-memory',
  'decoder-lost',
  'quota-exceeded',
  'busy',
]);

/** Statuses of requests that reach no operation. */
const OFF_PATH = new Set([400, 404, 405, 301, 308]);

/** What only the inside of the program knows: stacks, paths, and the words of libraries. */
const LEAKS = [
  /\bat (?:async )?[\w.<>]+ \(/,
  /(?:file:\/\/|\/node_modules\/|\/src\/|\/home\/|\/tmp\/|\/usr\/|\/root\/)/,
  /\b(?:vips|libvips|libheif|sharp|ZodError|MulterError|busboy|multer|JOSEError|JW[STEK](?:Invalid|Signature|Expired|Claim)\w*|grpc|protobuf|SQLITE\w*)\b/i,
  /\b(?:TypeError|RangeError|SyntaxError|ReferenceError|is not a function|Cannot read prop|Unexpected token|in JSON at position)/,
  /\b(?:ECONN\w+|EPIPE|ENOENT|EACCES|ENOSPC)\b/,
];

/** Everything that is wrong with an answer, as sentences. */
export function faultsIn(api: Api, generated: Generated, sent: Answer): string[] {
  const { status, headers } = sent;
  const body = decompressed(sent);
  if (body === undefined) return [`The body is not in the encoding ${headers['content-encoding']}`];
  const answer = { ...sent, body };
  const problem = problemIn(answer);
  return [
    ...(status >= 500 && !(problem?.code && EXPECTED_5XX.has(problem.code))
      ? [`Status ${status} ${problem?.code ?? ''}`]
      : []),
    ...statusFaults(generated, answer),
    ...typeFaults(api, generated, answer),
    ...leaks(answer),
    ...headerFaults(status, headers),
    ...(problem && !(problem.code && ERRORS[problem.code as keyof typeof ERRORS]?.[0] === status)
      ? [`The code ${problem.code} is not one of status ${status}`]
      : []),
  ];
}

/** The body as it was before its compression. */
function decompressed({ headers, body }: Answer): Buffer | undefined {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || body.length === 0) return body;
  try {
    if (encoding === 'gzip') return gunzipSync(body);
    return encoding === 'br' ? brotliDecompressSync(body) : undefined;
  } catch {
    return undefined;
  }
}

function statusFaults({ operation: { responses }, offPath }: Generated, { status }: Answer): string[] {
  if (!responses || responses[status] || (offPath && OFF_PATH.has(status))) return [];
  return [`Status ${status} is not in the document`];
}

function typeFaults(api: Api, { operation, call, offPath }: Generated, { status, headers, body }: Answer): string[] {
  const type = headers['content-type']?.split(';')[0] ?? '';
  if (offPath || !operation.responses?.[status] || call.method === 'HEAD') return [];
  if (body.length === 0 && type === '')
    return operation.responses[status].content && status < 400 ? ['The body is missing'] : [];
  const types = Object.keys(operation.responses[status].content ?? {});
  // A browser that asks for a page gets the problem as one.
  if (status >= 400 && type === 'text/html') return [];
  if (!types.some((each) => each === type || (each.endsWith('/*') && type.startsWith(each.slice(0, -1))))) {
    return [`The type ${type} is not in the document (${types.join(', ')})`];
  }
  // Of lines of JSON the document has no schema.
  if (!type.endsWith('json') || type.endsWith('ndjson')) return [];
  const value = parsed(body);
  if (value === undefined) return ['The body is no JSON'];
  const faults = api.faultsOf(operation, { status, type, body: value });
  return faults === undefined ? [] : [`The body does not fit its schema: ${faults}`];
}

function leaks({ status, headers, body }: Answer): string[] {
  if (status < 400 && !headers['content-type']?.includes('json')) return [];
  const text = body.toString('latin1');
  return LEAKS.flatMap((leak) => {
    const [found] = leak.exec(text) ?? [];
    return found === undefined ? [] : [`The reply tells of the inside: ${found}`];
  });
}

function headerFaults(status: number, headers: Answer['headers']): string[] {
  const faults: string[] = [];
  const need = (when: boolean, name: string) => {
    if (when && headers[name] === undefined) faults.push(`The header ${name} is missing`);
  };
  need(true, 'x-request-id');
  need(true, 'x-content-type-options');
  need(true, 'content-security-policy');
  need(status === 401, 'www-authenticate');
  need(status === 405, 'allow');
  need(status === 416, 'content-range');
  need(status === 429, 'retry-after');
  for (const name of ['x-powered-by', 'server', 'access-control-allow-origin']) {
    if (headers[name] !== undefined) faults.push(`The header ${name} is there`);
  }
  if (status >= 400 && /immutable|public/.test(headers['cache-control'] ?? ''))
    faults.push('A refusal may be kept in caches');
  if (status >= 400 && headers.etag !== undefined && status !== 412) faults.push('A refusal has an ETag');
  return faults;
}

function problemIn({ status, headers, body }: Answer): { code?: string } | undefined {
  if (status < 400 || !headers['content-type']?.startsWith('application/problem+json')) return undefined;
  return parsed(body) as { code?: string } | undefined;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
