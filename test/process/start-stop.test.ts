import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { signUp } from '../support/test-user.ts';
import { shortened } from '../support/long-form.ts';
import { startProgram, type Running } from './support.ts';

let dataDir: string;
beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-start-'))));
afterAll(() => rm(dataDir, { recursive: true }));

/** Repeats the request while its port refuses connections. */
async function untilConnected<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (((error as Error).cause as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    }
  }
}

describe('the program', () => {
  test.each(shortened<NodeJS.Signals[]>(['SIGTERM', 'SIGINT'], ['SIGTERM']))(
    'the program stops on %s with exit code 0, and finds its data again',
    async (signal) => {
      const first = await startProgram(dataDir);
      const name = signal.toLowerCase();
      const { body } = await (await signUp(first.url, name)).upload(await picture()).expect(201);
      expect(await first.stop(signal)).toBe(0);

      const second = await startProgram(dataDir);
      const timeline = await (await signUp(second.url, name)).get('/v1/timeline').expect(200);
      expect(timeline.body.items).toMatchObject([{ id: body.photo.id }]);
      await second.stop(signal);
    },
  );

  test('the program answers requests that arrive while it starts, once it is ready', async () => {
    const first = await startProgram(dataDir);
    const { port } = new URL(first.url);
    await first.stop('SIGTERM');
    const starting = startProgram(dataDir, { PORT: port });
    const early = await untilConnected(() => fetch(`http://127.0.0.1:${port}/readyz`));
    expect([early.status, await early.text()]).toEqual([200, 'ready\n']);
    await (await starting).stop('SIGTERM');
  });

  test('the program names every bad variable at once', async () => {
    const started = startProgram(dataDir, { PORT: 'http', LOG_LEVEL: 'loud' });
    await expect(started).rejects.toThrow(/Ended with 1: [^]*PORT[^]*LOG_LEVEL|LOG_LEVEL[^]*PORT/);
  });
});

describe('the program, while it runs,', () => {
  let running: Running;
  beforeAll(async () => void (running = await startProgram(dataDir)));
  afterAll(() => running.stop('SIGTERM'));

  test('the running program keeps its data folder from another program, which says so and ends', async () => {
    await expect(startProgram(dataDir)).rejects.toThrow(
      `Ended with 1: Photo Timeline cannot start. Another program is`,
    );
    await request(running.url).get('/healthz').expect(200);
  });

  test('the running program keeps its port from another program, which says so and ends', async () => {
    const other = await mkdtemp(join(tmpdir(), 'photo-timeline-other-'));
    const port = new URL(running.url).port;
    await expect(startProgram(other, { PORT: port })).rejects.toThrow(/Ended with 1: .*EADDRINUSE/);
    await rm(other, { recursive: true });
  });

  test('the running program refuses another host name in its local profile, where it trusts every user', async () => {
    const reply = await request(running.url).get('/v1/timeline').set('Host', 'rebound.example').expect(421);
    expect(problemOf(reply).code).toBe('misdirected-request');
  });

  test('the running program answers its health, its readiness and its own description', async () => {
    await request(running.url).get('/healthz').expect(200, 'ok\n');
    await request(running.url).get('/readyz').expect(200, 'ready\n');
    await request(running.url).get('/_ah/warmup').expect(200, 'warm\n');
    const { body } = await request(running.url).get('/openapi.json').expect(200);
    expect(Object.keys((body as { paths: object }).paths)).toContain('/v1/photos');
  });
});
