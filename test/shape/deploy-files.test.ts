import { Datastore } from '@google-cloud/datastore';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manualClock } from '../../src/clock.ts';
import type { UserId } from '../../src/library/ids.ts';
import { keyOf, toEntity, UserKind } from '../../src/library/kinds.ts';
import { findReaders } from '../../src/digest/find-readers.job.ts';
import { sendPost } from '../../src/digest/send-post.job.ts';
import { sendSummary } from '../../src/digest/send-summary.job.ts';
import { emptyUser } from '../../src/library/shapes.ts';
import { createStore } from '../../src/library/store.ts';
import { readIndexYaml, startDatastore } from '../../src/local-cloud/datastore/index.ts';
import { makeVariants } from '../../src/photos/make-variants.job.ts';
import { emptyTrash } from '../../src/trash/empty-trash.job.ts';
import { eraseObjects } from '../../src/trash/erase-objects.job.ts';
import { startWorld } from '../support/world.ts';

/** What the service reads in which direction. */
const STRETCHES = [
  ...(['timelineKey', 'postedKey', 'trashKey'] as const).flatMap((by) => [
    [by, 'older'] as const,
    [by, 'newer'] as const,
  ]),
  ['changedKey', 'newer'] as const,
];

const topLevel = async (name: string) => readFile(join(import.meta.dirname, '../..', name), 'utf8');

describe('cron.yaml', async () => {
  const world = await startWorld();
  const { cron } = parse(await topLevel('cron.yaml')) as { cron: { url: string }[] };

  test.each(cron)('$url is a route that cron may call', async ({ url }) => {
    expect(await world.cloud.runCron(url)).toBe(200);
  });
});

describe('queue.yaml', async () => {
  const { queue } = parse(await topLevel('queue.yaml')) as {
    queue: { name: string; retry_parameters?: { task_retry_limit: number } }[];
  };

  test('gives each job the tries that it counts on', () => {
    for (const job of [emptyTrash, eraseObjects, makeVariants, findReaders, sendPost, sendSummary]) {
      const found = queue.find(({ name }) => name === job.queue);
      expect((found?.retry_parameters?.task_retry_limit ?? NaN) + 1).toBe(job.attempts);
    }
  });
});

describe('index.yaml', async () => {
  const indexes = readIndexYaml(await topLevel('index.yaml'));
  const user = 'U'.repeat(16) as UserId;

  /** The queries of the service that are refused with these indexes. */
  async function refused(declared: typeof indexes): Promise<string[]> {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-indexes-'));
    const service = await startDatastore({
      dataDir,
      clock: manualClock(0),
      host: '127.0.0.1',
      port: 0,
      indexes: declared,
    });
    const datastore = new Datastore({ projectId: 'p', apiEndpoint: `127.0.0.1:${service.port}` });
    await datastore.save(toEntity(keyOf(datastore, user, UserKind), UserKind, emptyUser('ana', 0)));
    const store = createStore(datastore);
    const found: string[] = [];
    for (const [by, towards] of STRETCHES) {
      await store.stretch(user, { by, towards, limit: 1, from: 'x' }).catch((error: Error) => {
        expect(error.message).toContain('no matching index found');
        found.push(`${by} ${towards}`);
      });
    }
    await service.stop();
    await rm(dataDir, { recursive: true });
    return found;
  }

  test('serves every query of the service', async () => {
    expect(await refused(indexes)).toEqual([]);
  });

  test('has no index that no query needs', async () => {
    for (const index of indexes) expect(await refused(indexes.filter((other) => other !== index))).toHaveLength(1);
  });
});
