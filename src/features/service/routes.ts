import type { Datastore } from '@google-cloud/datastore';
import type { Bucket } from '@google-cloud/storage';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { loadDecoder } from '../../pictures/decoding/decoder.ts';

interface ServiceDeps {
  clock: Pick<Clock, 'elapsed' | 'after'>;
  clients: { datastore: Datastore; bucket: Bucket; tasks(): Promise<unknown> };
}

export const API_INFO = {
  title: 'Photo Timeline',
  version: '1',
  description: 'Upload photos and read your own writes: what was just posted is in the very next page.',
  license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  contact: { name: 'The operator of this service' },
};

/** Time for which the result of a check is kept. */
const READY_MS = 1000;

/**
 * Time after which a check without a reply has failed. Google's clients retry for ten minutes, and all callers of that
 * time wait for the same check.
 */
const TIMEOUT_MS = 5000;

/** Routes for supervisors: whether the process is alive, and whether it is ready. */
export function serviceRoutes({ clients, clock }: ServiceDeps): Route[] {
  const ready = keptFor(clock, READY_MS, async () => {
    const { datastore, bucket } = clients;
    const timeout = Promise.withResolvers<never>();
    const cancel = clock.after(TIMEOUT_MS, () => timeout.reject(new Error(`No answer within ${TIMEOUT_MS} ms.`)));
    try {
      const answers = Promise.all([datastore.get(datastore.key(['Readiness', 'probe'])), bucket.getMetadata()]);
      await Promise.race([answers, timeout.promise]);
    } catch (cause) {
      throw new AppError('unavailable', 'Datastore or the bucket does not answer.', { cause });
    } finally {
      cancel();
    }
  });
  return [
    plain('/healthz', 'Whether the process answers.', async () => 'ok\n'),
    plain('/readyz', 'Whether Datastore and the bucket answer.', async () => {
      await ready();
      return 'ready\n';
    }),
    // Opens the connections and loads the decoder, so that the first user does not wait for them.
    plain('/_ah/warmup', 'Prepares a new instance.', async () => {
      await Promise.all([ready(), loadDecoder(), clients.tasks()]);
      return 'warm\n';
    }),
  ];
}

/** Defines the route of the OpenAPI document. It is made at the first request. */
export function openApiRoute(describe: () => Promise<unknown>): Route {
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    access: 'public',
    work: 'inside',
    documented: false,
    replies: { 200: 'application/json' },
    handle: async () => ({ status: 200, body: await describe() }),
  });
}

const plain = (path: string, summary: string, run: () => Promise<string>): Route =>
  defineRoute({
    method: 'get',
    path,
    summary,
    access: 'public',
    countsAs: 'free',
    work: 'inside',
    documented: false,
    replies: { 200: 'text/plain' },
    handle: async () => ({ status: 200, text: await run(), headers: { 'Cache-Control': 'no-store' } }),
  });

/**
 * Makes a check that runs at most once per `ms`. Concurrent callers share one run. Its outcome, good or bad, is kept
 * for `ms` after its end.
 */
function keptFor<T>(clock: Pick<Clock, 'elapsed'>, ms: number, check: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (kept && clock.elapsed() < until) return kept;
    kept = check();
    until = Infinity;
    const settled = () => void (until = clock.elapsed() + ms);
    kept.then(settled, settled);
    return kept;
  };
}
