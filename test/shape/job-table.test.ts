import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { JOBS, QUEUES, SCHEDULES } from '../../src/background/table.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const topLevel = (name: string) => readFile(join(import.meta.dirname, '../..', name), 'utf8');

test('queue.yaml has the queues of the table, each with as many attempts and the same backoff', async () => {
  const { queue } = parse(await topLevel('queue.yaml')) as {
    queue: { name: string; retry_parameters: Record<string, number> }[];
  };
  const facts = queue.map(({ name, retry_parameters: retry }) => {
    const { min_backoff_seconds: first, max_backoff_seconds: longest, max_doublings: doublings } = retry;
    return [name, { attempts: (retry['task_retry_limit'] ?? 0) + 1, backoff: { first, longest, doublings } }];
  });
  expect(Object.fromEntries(facts)).toEqual(QUEUES);
});

test('cron.yaml has the schedules of the table', async () => {
  const { cron } = parse(await topLevel('cron.yaml')) as {
    cron: { url: string; schedule: string; retry_parameters?: { job_retry_limit: number } }[];
  };
  const facts = cron.map(({ url, schedule, retry_parameters: retry }) => [
    url,
    { schedule, retries: retry?.job_retry_limit ?? 0 },
  ]);
  const expected = Object.entries(SCHEDULES).map(([url, { schedule, retries }]) => [url, { schedule, retries }]);
  expect(Object.fromEntries(facts)).toEqual(Object.fromEntries(expected));
});

describe('docs/background-work.md', async () => {
  const rows = (await topLevel('docs/background-work.md')).split('\n').map((line) => line.replaceAll(/ +/g, ' '));

  test.each(Object.entries(JOBS))('docs/background-work.md lists the job %s', (name, { queue, minutes, exhausted }) => {
    expect(rows).toContain(
      `| \`${name}\` | \`${queue}\` | ${QUEUES[queue].attempts} | ${minutes} min | ${exhausted} |`,
    );
  });

  test.each(Object.entries(SCHEDULES))(
    'docs/background-work.md lists the schedule %s',
    (url, { schedule, retries, minutes, missed }) => {
      expect(rows).toContain(`| \`${url}\` | ${schedule} | ${retries} | ${minutes} min | ${missed} |`);
    },
  );
});

describe('the app', () => {
  test.each(Object.keys(SCHEDULES))('the app answers cron at %s', async (url) => {
    expect(await world.cloud.runCron(url)).toBe(200);
  });

  test.each(Object.keys(JOBS))(
    'the app takes tasks for %s, and ends a task whose payload does not fit',
    async (job) => {
      const { secret } = world.cloud.endpoints;
      const post = request(world.url).post(`/tasks/${job}`).set('X-Local-Cloud-Secret', secret);
      expect((await post.send({ not: 'a payload' }).expect(200)).text).toMatch(/^refused: \/\w+: This is required\./);
    },
  );
});
