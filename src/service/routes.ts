import type { Datastore } from '@google-cloud/datastore';
import type { Bucket } from '@google-cloud/storage';
import { AppError } from '../http/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { loadDecoder } from '../media/decoder.ts';

export interface ServiceDeps {
  clients: { datastore: Datastore; bucket: Bucket; tasks(): Promise<unknown> };
}

export const API_INFO = {
  title: 'Photo Timeline',
  version: '1',
  description: 'Upload photos and read your own writes: what was just posted is in the very next page.',
};

/** What the surroundings ask of the service: is it alive, is it ready, how is it spoken to. */
export function serviceRoutes({ clients }: ServiceDeps): Route[] {
  const ready = async () => {
    const { datastore, bucket } = clients;
    try {
      await Promise.all([datastore.get(datastore.key(['Readiness', 'probe'])), bucket.getMetadata()]);
    } catch (cause) {
      throw new AppError('unavailable', 'Datastore or the bucket does not answer.', { cause });
    }
  };
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
    work: 'inside',
    documented: false,
    replies: { 200: 'text/plain' },
    handle: async () => ({ status: 200, text: await run(), headers: { 'Cache-Control': 'no-store' } }),
  });
