import { IdempotencyStrategy, type Bucket } from '@google-cloud/storage';
import type { Express } from 'express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, expect } from 'vitest';
import { createClients, type Clients } from '../../src/app/clients.ts';
import { reportRequests } from '../../src/app/request-reports.ts';
import { manualClock, type Clock } from '../../src/runtime/clock.ts';
import type { LocalCloud, LocalCloudOptions } from '../../src/local-cloud/index.ts';
import { asClientsFind, chaosWith, inTrouble } from './chaos.ts';
import { undocumented, type OpenApi } from './documented-replies.ts';
import { configOf, createInstance, listen } from './instance.ts';
import { isLongForm } from './long-form.ts';
import { bytesOf } from './replies.ts';
import { runFailedAgain } from './retried-tasks.ts';
import { startInSharedThread } from './shared-cloud-thread.ts';
import { signUp, type TestUser } from './test-user.ts';
import { topLevelFiles } from './top-level-files.ts';

/** The time at which the clock of a world stands at first, in milliseconds since the Unix epoch. */
export const START = Date.parse('2026-11-20T18:00:00Z');

export interface WorldOptions {
  /** Further environment of the app. */
  env?: Record<string, string>;
  /** Share of fresh writes that non-ancestor queries see; 0 by default, so that luck fails. */
  consistency?: number;
  /** Whether the app reports its requests to the console, as it does when it runs by npm start. */
  reports?: boolean;
  /** Further options of the local cloud. */
  cloud?: Partial<LocalCloudOptions>;
}

/** The app on its local cloud, listening on loopback, with a clock that stands until it is moved. */
export interface World extends Clients {
  /** The app as Express sees it: its router is the table of routes. */
  app: Express;
  /** Where clients find the app. */
  url: string;
  /** The app itself, for clients that give up at the first refusal. */
  appUrl: string;
  cloud: LocalCloud;
  /** Stands until `advance` moves it. */
  clock: Clock;
  /** A new user, signed in by the stand-in issuer. */
  user(name?: string): Promise<TestUser>;
  /** Moves the clocks of app and cloud on, then runs every task that is due. */
  advance(ms: number): Promise<void>;
  /** Sets the clocks of app and cloud ahead or back, as a machine's clock is set: no time elapses. */
  step(ms: number): Promise<void>;
  /** Runs every task that is due. */
  drain(): Promise<void>;
  /** The bytes that the app sends for a URL of a picture. */
  bytesAt(url: string): Promise<Buffer>;
  /** Names of all objects in the bucket. */
  objects(): Promise<string[]>;
  /** Waits for the next line of the app's log that contains `text`, and returns it. */
  logged(text: string): Promise<string>;
  /** Statuses and headers of replies so far that the OpenAPI document does not name. The long form asks after each file. */
  undocumented(): Promise<string[]>;
}

let users = 0;

/** Starts a world for the tests of this file; it stops by itself after the last of them. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-'));
  const env = { DATA_DIR: dataDir, ...options.env };
  const config = configOf(env);
  const lines = listenToLines();
  const cloud = await inTrouble(
    await startInSharedThread({
      dataDir,
      projectId: config.cloud.projectId,
      location: config.cloud.tasksLocation,
      bucket: config.cloud.bucket,
      files: await topLevelFiles(),
      consistency: options.consistency ?? 0,
      standingClock: START,
      ...options.cloud,
    }),
  );
  const clock = manualClock(START);
  const reports = options.reports ? reportRequests(cloud) : undefined;
  const { app, clients } = await createInstance({ cloud, clock }, { env, destination: lines, reports });
  const { url: appUrl, replies, stop } = await listen(app);
  const url = await asClientsFind(appUrl);
  await cloud.appIsAt(appUrl);

  const undocumentedReplies = async () =>
    undocumented(replies, (await request(appUrl).get('/openapi.json').expect(200)).body as OpenApi);

  afterAll(async () => {
    if (isLongForm) expect(await undocumentedReplies()).toEqual([]);
    await stop();
    await cloud.stop();
    await rm(dataDir, { recursive: true });
  });
  const { projectId, tasksLocation } = config.cloud;
  const location = `projects/${projectId}/locations/${tasksLocation}`;
  /** Where chaos makes tasks fail at first, the tasks that are due include their next attempts. */
  const drain = async () => {
    do await cloud.drain();
    while (chaosWith('abort', 'cut') && (await runFailedAgain(await clients.tasks(), location)) > 0);
  };

  return {
    ...clients,
    app,
    bucket: chaosWith('cut') ? insistent(createClients(config.cloud, cloud.endpoints).bucket) : clients.bucket,
    url,
    appUrl,
    cloud,
    clock,
    user: (name = `user-${++users}`) => signUp(url, name),
    async advance(ms) {
      clock.advance(ms);
      await cloud.advance(ms);
      await drain();
    },
    async step(ms) {
      clock.step(ms);
      await cloud.step(ms);
    },
    drain,
    bytesAt: async (path) => bytesOf(await request(url).get(path).responseType('blob').expect(200)),
    objects: async () => (await clients.bucket.getFiles())[0].map(({ name }) => name),
    logged: lines.next,
    undocumented: undocumentedReplies,
  };
}

/** A bucket whose client repeats cut calls: tests put objects there, and are not about the loss. */
function insistent(bucket: Bucket): Bucket {
  bucket.storage.retryOptions.idempotencyStrategy = IdempotencyStrategy.RetryAlways;
  return bucket;
}

/** A destination of log lines that can be waited for. */
function listenToLines() {
  const waiting = new Set<{ text: string; resolve(line: string): void }>();
  return {
    write(line: string) {
      for (const waiter of waiting) {
        if (line.includes(waiter.text) && waiting.delete(waiter)) waiter.resolve(line);
      }
    },
    next: (text: string) => new Promise<string>((resolve) => void waiting.add({ text, resolve })),
  };
}
