import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Metrics } from '../../runtime/metrics.ts';

interface MetricsDeps {
  metrics: Metrics;
  /** The bearer token of a monitor. Undefined: reading is refused unless `open`. */
  metricsToken: string | undefined;
  /** Whether reading needs no token, because the program listens on loopback alone. */
  open: boolean;
}

/** Defines the route of this instance's metrics, in the text format of Prometheus. */
export const metricsRoute = ({ metrics, metricsToken, open }: MetricsDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/metrics',
    summary: 'Metrics of this instance, in the text format of Prometheus.',
    access: 'public',
    work: 'inside',
    documented: false,
    replies: { 200: 'text/plain' },
    async handle({ request }) {
      const [, token] = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '') ?? [];
      if (!open && !(metricsToken !== undefined && token !== undefined && equal(token, metricsToken))) {
        throw new AppError('not-found', 'There is nothing at this address.');
      }
      const type = 'text/plain; version=0.0.4; charset=utf-8';
      return {
        status: 200,
        text: await metrics.text(),
        headers: { 'Content-Type': type, 'Cache-Control': 'no-store' },
      };
    },
  });

/** Hashes have the same length, as timingSafeEqual requires. */
const equal = (a: string, b: string) => timingSafeEqual(hashOf(a), hashOf(b));
const hashOf = (text: string) => createHash('sha256').update(text).digest();
