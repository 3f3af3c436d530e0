import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Metrics } from '../../runtime/metrics.ts';

export interface MetricsDeps {
  metrics: Metrics;
  /** What a monitor sends as its bearer token; without one nobody may read, unless `open`. */
  metricsToken: string | undefined;
  /** Whether everybody who can reach the program may read: where it listens on loopback alone. */
  open: boolean;
}

/** How this instance is doing, for Prometheus and what speaks like it. */
export const metricsRoute = ({ metrics, metricsToken, open }: MetricsDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/metrics',
    summary: 'Numbers of this instance, in the text format of Prometheus.',
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

/** Digests have one length, which timingSafeEqual asks for. */
const equal = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));
const digest = (text: string) => createHash('sha256').update(text).digest();
