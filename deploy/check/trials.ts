import { setTimeout as pause } from 'node:timers/promises';
import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { heic } from '../../test/support/heic.ts';
import { picture } from '../../test/support/picture.ts';

/** Longest wait for the warmup, and for the task that makes the smaller sizes of a photo. */
const PATIENCE_MS = 60_000;

/** A running instance, and a user of it. */
export interface Visit {
  url: string;
  cloud: LocalCloud;
  token: string;
}

/** One thing that the instance must do. */
export interface Trial {
  name: string;
  /** @throws Error that says what happened instead */
  run(visit: Visit): Promise<void>;
}

/** What is tried on a running instance, in this order. */
export const TRIALS: Trial[] = [
  { name: '/_ah/warmup answers', run: warmUp },
  { name: 'the first page, its styles and its script are served', run: servePage },
  { name: 'the API document is served', run: async (visit) => void (await request(visit, '/openapi.json')) },
  {
    name: 'a JPEG is uploaded, and its task makes the smaller sizes',
    run: async (visit) => upload(visit, await picture()),
  },
  { name: 'a HEIC is uploaded, and its task makes the smaller sizes', run: async (visit) => upload(visit, heic()) },
  { name: 'the timeline lists both photos', run: listPhotos },
  { name: 'a cron handler runs', run: runCron },
];

/** The warmup asks Datastore and the bucket, which may take longer than it waits on a busy machine. */
async function warmUp({ url }: Visit): Promise<void> {
  await becomes('200', async () => String((await fetch(new URL('/_ah/warmup', url))).status));
}

async function servePage(visit: Visit): Promise<void> {
  const html = await (await request(visit, '/')).text();
  for (const kind of ['css', 'js']) {
    const path = new RegExp(`(?:href|src)="([^"]+\\.${kind}[^"]*)"`).exec(html)?.[1];
    if (path === undefined) throw new Error(`The first page names no file that ends in .${kind}.`);
    await request(visit, path);
  }
}

async function upload(visit: Visit, file: Buffer): Promise<void> {
  const body = new FormData();
  body.set('image', new Blob([new Uint8Array(file)]), 'photo');
  const reply = await request(visit, '/v1/photos', { method: 'POST', body });
  const { photo } = (await reply.json()) as { photo: { id: string } };
  await becomes('ready', async () => {
    const { state } = (await (await request(visit, `/v1/photos/${photo.id}`)).json()) as { state: string };
    return state;
  });
}

async function listPhotos(visit: Visit): Promise<void> {
  const { items } = (await (await request(visit, '/v1/timeline')).json()) as { items: unknown[] };
  if (items.length !== 2) throw new Error(`The timeline lists ${items.length} photos.`);
}

async function runCron({ cloud }: Visit): Promise<void> {
  const status = await cloud.runCron('/cron/sweep-outbox');
  if (status !== 200) throw new Error(`/cron/sweep-outbox was answered with ${status}.`);
}

/** @throws Error if it takes too long */
async function becomes(wanted: string, read: () => Promise<string>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (let last = await read(); last !== wanted; last = await read()) {
    if (performance.now() > until) throw new Error(`After a minute it is "${last}" and not "${wanted}".`);
    await pause(500);
  }
}

/** @throws Error if the reply is no success */
async function request({ url, token }: Visit, path: string, init: RequestInit = {}): Promise<Response> {
  const reply = await fetch(new URL(path, url), { ...init, headers: { Authorization: `Bearer ${token}` } });
  if (!reply.ok) throw new Error(`${path} was answered with ${reply.status}: ${(await reply.text()).slice(0, 500)}`);
  return reply;
}
