import type { Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { noteCloudCalls, type CloudCalls } from '../runtime/cloud-calls.ts';
import type { EndedRequest } from '../runtime/ended-request.ts';
import { inLogContext, withoutSecrets, type Log, type LogFields } from '../runtime/log.ts';
import { clientAddress, networkOf } from './client-address.ts';
import { isOurFault } from '../runtime/errors.ts';

export const REQUEST_ID = 'X-Request-Id';

/** Cloud Logging groups lines by `projects/<id>/traces/<trace>`. */
const TRACE = 'logging.googleapis.com/trace';

/** The id under which this request stands in the log and in its answer. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader(REQUEST_ID));
}

interface RequestLogDeps {
  log: Log;
  /** Google's name of this project, for the traces. */
  projectId?: string | undefined;
  onAppEngine: boolean;
  /** Whether replies tell the time of the request and its calls to the cloud, in `Server-Timing`. */
  tellsTimes?: boolean | undefined;
  /** Takes each request when it has ended. */
  onEnd?: ((ended: EndedRequest) => void) | undefined;
}

/**
 * Gives each request an id, puts it, the network that the request comes from and App Engine's trace on every line logged
 * on the way, and logs the request when it has been answered. Only the path is logged: a query may hold cursors,
 * signatures and tokens. The line also carries what was found out on the way: `user`, of a refusal `code` and `reason`,
 * and the number of calls to each service of the cloud (docs/log.md).
 */
export function requestLog({ log, projectId, onAppEngine, tellsTimes, onEnd }: RequestLogDeps): RequestHandler {
  // Made here of method, path and status alone: to look for secrets in it would double the cost of the line.
  const lines = log.child({}, { redact: [] });
  return (request, response, next) => {
    const started = performance.now();
    const requestId = randomUUID();
    const trace = projectId && traceOf(request);
    response.setHeader(REQUEST_ID, requestId);
    const calls: CloudCalls = new Map();
    if (tellsTimes) tellTimes(response, { started, calls });
    const fields: LogFields = {
      requestId,
      client: networkOf(clientAddress(request, { onAppEngine })),
      ...(trace && { [TRACE]: `projects/${projectId}/traces/${trace}` }),
    };
    // The connection reports its end from outside this request's context, so the fields are given again.
    response.once('close', () => {
      const ms = performance.now() - started;
      inLogContext(fields, () => logAnswer(lines, request, response, { ms, calls }));
      onEnd?.({ id: requestId, startedAt: performance.timeOrigin + started, ms, ...describeEnd(request, response) });
    });
    inLogContext(fields, () => noteCloudCalls({ ids: requestId, calls }, next));
  };
}

/** https://www.w3.org/TR/server-timing/: names, durations in milliseconds, descriptions. */
function tellTimes(response: Response, { started, calls }: { started: number; calls: CloudCalls }): void {
  const { writeHead } = response;
  response.writeHead = ((...head: Parameters<typeof writeHead>) => {
    const services = [...calls].map(
      ([service, called]) => `${service};dur=${called.ms.toFixed(1)};desc="${called.calls} calls"`,
    );
    response.setHeader('Server-Timing', [`total;dur=${(performance.now() - started).toFixed(1)}`, ...services]);
    return writeHead.apply(response, head);
  }) as typeof writeHead;
}

function logAnswer(
  log: Log,
  request: Request,
  response: Response,
  { ms, calls }: { ms: number; calls: CloudCalls },
): void {
  const [path = ''] = request.originalUrl.split('?', 1);
  const status = response.writableFinished ? response.statusCode : 'broken off';
  const httpRequest = {
    requestMethod: request.method,
    requestUrl: path,
    status: response.statusCode,
    latency: `${(ms / 1000).toFixed(6)}s`,
  };
  const level = isOurFault(response.statusCode) ? 'warn' : 'info';
  const called = Object.fromEntries([...calls].map(([service, { calls: count }]) => [service, count]));
  log[level](
    { httpRequest, ...(calls.size > 0 && { calls: called }) },
    `${request.method} ${path} ${status} ${ms.toFixed(1)} ms`,
  );
}

/** Only the platform can set these headers: `platformDoor` strips them from other requests. */
function describeEnd(request: Request, response: Response): Omit<EndedRequest, 'id' | 'startedAt' | 'ms'> {
  const { method, originalUrl, headers } = request;
  const [path = ''] = originalUrl.split('?', 1);
  const name = headers['x-appengine-taskname'];
  const route = (request.route as { path?: unknown } | undefined)?.path;
  return {
    method,
    path: withoutSecrets(path),
    route: typeof route === 'string' ? route : undefined,
    status: response.statusCode,
    isBrokenOff: !response.writableFinished,
    task: typeof name === 'string' ? { queue: String(headers['x-appengine-queuename']), name } : undefined,
    isCron: headers['x-appengine-cron'] === 'true',
  };
}

/** `X-Cloud-Trace-Context: <trace>/<span>;o=1`, or the W3C's `traceparent: 00-<trace>-<span>-01`. */
function traceOf({ headers }: Request): string | undefined {
  const [trace] = String(headers['x-cloud-trace-context'] ?? '').split('/', 1);
  const [, parent] = String(headers['traceparent'] ?? '').split('-', 2);
  return [trace, parent].find((id) => /^[\da-f]{32}$/.test(id ?? ''));
}
