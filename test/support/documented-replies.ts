import type { Request } from 'express';
import type { Server, ServerResponse } from 'node:http';

/** Operations with the statuses of their replies, as in `get /v1/me 200`, and the names of their headers. */
export type SeenReplies = Map<string, Set<string>>;

/** Headers that no operation is about: of HTTP itself, of connections, of caching, of security. */
const COMMON = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'vary',
  'cache-control',
  'server-timing',
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'set-cookie',
  'allow',
  'no-vary-search',
]);

export interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>>;
}

/** Notes what a server answers, so that `undocumented` can hold it against the document. */
export function noteReplies(server: Server): SeenReplies {
  const seen: SeenReplies = new Map();
  server.on('request', (request: Request, response: ServerResponse) => {
    response.once('finish', () => {
      const route = request.route as { path: string } | undefined;
      if (!route) return;
      const path = route.path.replaceAll(/[:*](\w+)/g, '{$1}');
      const key = `${request.method.toLowerCase()} ${path} ${response.statusCode}`;
      const names = seen.get(key) ?? new Set();
      for (const name of response.getHeaderNames()) names.add(name);
      seen.set(key, names);
    });
  });
  return seen;
}

/** Statuses and headers of documented operations that the document does not name. */
export function undocumented(seen: SeenReplies, { paths }: OpenApi): string[] {
  const faults: string[] = [];
  for (const [key, names] of seen) {
    const [method = '', path = '', status = ''] = key.split(' ');
    const operation = paths[path]?.[method === 'head' ? 'get' : method];
    if (!operation) continue;
    const response = operation.responses[status];
    if (!response) faults.push(key);
    const known = new Set(Object.keys(response?.headers ?? {}).map((name) => name.toLowerCase()));
    for (const name of names) {
      if (response && !COMMON.has(name) && !isOfSecurity(name) && !known.has(name)) faults.push(`${key}: ${name}`);
    }
  }
  return faults.toSorted();
}

const isOfSecurity = (name: string) =>
  /^(content-security-policy|cross-origin-|referrer-policy|strict-transport|x-(?!request-id)|origin-agent|permissions-policy|access-control-)/.test(
    name,
  );
