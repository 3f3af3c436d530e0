import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { diskFault } from '../disk-fault.ts';
import { CloudError, reasonOf } from '../cloud-error.ts';
import { admission, type Opening } from './admission.ts';
import { assetAt } from './assets.ts';
import { readForm } from './form.ts';
import { faultPage, renderFrame } from './frame.ts';
import { ConsoleFault, type ConsoleDeps, type ConsoleRoute, type Page, type Reply } from './section.ts';
import { SECTIONS } from './sections.ts';
import { StorageError } from '../storage/storage-error.ts';
import { startPage } from './start-page.ts';

/** Makes the handler of all requests to the console. It never rejects. */
export function createPages(deps: ConsoleDeps, opening: Opening) {
  const admit = admission(opening);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = URL.parse(request.url ?? '', 'http://console');
    const [path, query] = [url?.pathname ?? '', url?.searchParams ?? new URLSearchParams()];
    response.setHeaders(HEADERS);
    try {
      const early = (request.method === 'GET' && assetAt(path)) || admit(request, path, query);
      if (!early && path === '/live') return deps.live.stream(query.get('of') ?? '', response);
      await send(response, path, early || (await answer(deps, request, path, query)));
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      await send(response, path, faultOf(error)).catch(() => response.destroy());
    }
  };
}

const ROUTES = new Map(
  [{ method: 'GET', path: '/', handle: startPage } as ConsoleRoute, ...SECTIONS.flatMap(({ routes }) => routes)].map(
    (route) => [`${route.method} ${route.path}`, route],
  ),
);

async function answer(
  deps: ConsoleDeps,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<Reply> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = ROUTES.get(`${method} ${path}`);
  if (!route) throw new ConsoleFault(404, 'The console has no such page.');
  const form = method === 'POST' ? await readForm(request) : new URLSearchParams();
  return route.handle(deps, { path, query, form, headers: request.headers });
}

async function send(response: ServerResponse, path: string, reply: Reply): Promise<void> {
  if ('location' in reply) {
    response.writeHead(303, { ...reply.headers, Location: reply.location }).end();
  } else if ('main' in reply) {
    response.writeHead(reply.status ?? 200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(renderFrame(reply, path));
  } else {
    response.writeHead(200, { 'Content-Type': reply.type, ...reply.headers });
    if (Buffer.isBuffer(reply.bytes)) response.end(reply.bytes);
    else await pipeline(reply.bytes, response);
  }
}

const STATUSES: Record<string, number> = { NOT_FOUND: 404, ALREADY_EXISTS: 409, ABORTED: 409, INTERNAL: 500 };

/** An error of an engine keeps its words: they say what to change. */
function faultOf(error: unknown): Page {
  if (error instanceof ConsoleFault) return faultPage(error.status, error.message);
  if (error instanceof CloudError) return faultPage(STATUSES[error.code] ?? 400, error.message);
  if (error instanceof StorageError)
    return faultPage(error.reason === 'conditionNotMet' ? 409 : error.status, error.message);
  return faultPage(500, diskFault(error)?.message ?? reasonOf(error));
}

/** Pages get scripts and styles from the console alone, never inline. A reply may replace the policy with a stricter one. */
const HEADERS = new Map(
  Object.entries({
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "frame-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // With no-referrer, browsers would send `Origin: null` with forms, and the check of the origin reads it.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  }),
);
