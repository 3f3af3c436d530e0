import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { client, startLocal, type LocalStorage } from './endpoint.ts';
import { faultyProxy, type FaultyProxy } from './retries/faulty-proxy.ts';
import { SCENARIOS, type RetryCase } from './retries/scenarios.ts';
import type { Subject } from './retries/operations.ts';

/** Google's harness gives every bucket this retention period, in seconds. */
const RETENTION = 600;
const AT_ONCE = 24;
const KIB = 1024;

let local: LocalStorage;
const small = { large: randomBytes(600 * KIB), chunkSize: 256 * KIB, path: '' };
const large = { large: randomBytes(9000 * KIB), chunkSize: 2048 * KIB, path: '' };

beforeAll(async () => {
  local = await startLocal();
  for (const size of [small, large]) {
    size.path = join(local.dataDir, `upload-${size.large.length}`);
    writeFileSync(size.path, size.large);
  }
});
afterAll(() => local.stop());

/**
 * Google's testbench does not obey the retention period that its harness sets: the tests delete and replace objects that
 * are younger. Here time passes before each change, so that they are old enough.
 */
const letTimePass = ({ method, url = '' }: IncomingMessage) => {
  if (method !== 'GET' && !url.includes('upload_id')) local.clock.advance(RETENTION * 1000);
};

async function subject(proxy: FaultyProxy, { conditions, instructions }: RetryCase): Promise<Subject> {
  // Two clients: one that has written without a precondition does not repeat its next calls either.
  const earlier = client(proxy.base).bucket(`retries-${randomBytes(8).toString('hex')}`);
  await earlier.create();
  await earlier.setRetentionPeriod(RETENTION);
  await earlier.file('file').save('file', { resumable: false });
  const [metadata] = await earlier.file('file').getMetadata();

  const retryOptions = { retryDelayMultiplier: 0.01 };
  const storage = new Storage({ apiEndpoint: proxy.base, projectId: 'retries', retryOptions });
  const carried = conditions === 'carried';
  const ofFile = { ifGenerationMatch: metadata.generation!, ifMetagenerationMatch: metadata.metageneration! };
  const ofBucket = { ifMetagenerationMatch: 2 };
  const file = storage.bucket(earlier.name).file('file', carried ? { preconditionOpts: ofFile } : {});
  file.metadata = metadata;
  return {
    storage,
    bucket: storage.bucket(earlier.name, carried ? { preconditionOpts: ofBucket } : {}),
    file,
    named: conditions === 'named',
    carried,
    ...(instructions.some((one) => one.endsWith('-8192K')) ? large : small),
  };
}

/** Undefined if the case ends as it must, and has met all its faults. */
async function problemOf(scenario: RetryCase): Promise<string | undefined> {
  const proxy = await faultyProxy(local.base, letTimePass);
  try {
    const on = await subject(proxy, scenario);
    proxy.spoil(scenario.method, scenario.instructions);
    const failure = await scenario.run(on).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const ended = scenario.succeeds ? failure : failure === undefined && 'succeeded';
    const left = proxy.left();
    return ended || left.length > 0 ? `${scenario.title}: ${ended || 'as it must'}; left: ${left.join()}` : undefined;
  } finally {
    await proxy.stop();
  }
}

test.each(Object.entries(SCENARIOS))("Google's retry tests: %s", async (_title, scenarios) => {
  const waiting = [...scenarios];
  const problems: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const problem = await problemOf(next);
      if (problem !== undefined) problems.push(problem);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(scenarios.length).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});
