import type { Datastore } from '@google-cloud/datastore';
import type { Bucket } from '@google-cloud/storage';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { loadDecoder } from '../../pictures/decoding/decoder.ts';

export interface ServiceDeps {
  clock: Pick<Clock, 'elapsed' | 'after'>;
  clients: { datastore: Datastore; bucket: Bucket; tasks(): Promise<unknown> };
}

export const API_INFO = {
  title: 'Photo Timeline',
  version: '1',
  description: 'Upload photos and read your own writes: what was just posted is in the very next page.',
};

/** For how many milliseconds an answer of Datastore and the bucket, or their silence, holds. */
const READY_MS = 1000;

/**
 * After how many milliseconds a check without an answer has failed. Google's clients try again for ten minutes, and all
 * who ask meanwhile wait for the same check.
 */
const SILENCE_MS = 5000;

/** What the surroundings ask of the service: is it alive, is it ready, how is it spoken to. */
export function serviceRoutes({ clients, clock }: ServiceDeps): Route[] {
  const ready = keptFor(clock, READY_MS, async () => {
    const { datastore, bucket } = clients;
    const silence = Promise.withResolvers<never>();
    const cancel = clock.after(SILENCE_MS, () => silence.reject(new Error(`No answer within ${SILENCE_MS} ms.`)));
    try {
      const answers = Promise.all([datastore.get(datastore.key(['Readiness', 'probe'])), bucket.getMetadata()]);
      await Promise.race([answers, silence.promise]);
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
    // Opens the channels and loads the decoder, so that the first user need not wait for it.
    plain('/_ah/warmup', 'Prepares a new instance.', async () => {
      await Promise.all([ready(), loadDecoder(), clients.tasks()]);
      return 'warm\n';
    }),
  ];
}

/** The OpenAPI document, made when it is first asked for. */
export function openApiRoute(describe: () => unknown): Route {
  let document: unknown;
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    access: 'public',
    work: 'inside',
    documented: false,
    replies: { 200: 'application/json' },
    handle: () => ({ status: 200, body: (document ??= describe()) }),
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
 * Makes a check that runs once in `ms` at most, however many ask. Callers at the same time share one run, and its
 * outcome, good or bad, is kept for `ms` from its end.
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
