import type { RequestHandler } from 'express';
import type { Metrics } from '../runtime/metrics.ts';

/** Counts what is answered, by method and status, and the time that it took. */
export function countRequests(metrics: Metrics): RequestHandler {
  const requests = metrics.counter('requests_total', 'Requests answered, or broken off (status 0).');
  const seconds = metrics.counter('request_seconds_total', 'Time that requests took, from head to last byte.');
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const { method } = request;
      requests.add({ method, status: response.writableFinished ? response.statusCode : 0 });
      seconds.add({ method }, (performance.now() - started) / 1000);
    });
    next();
  };
}
