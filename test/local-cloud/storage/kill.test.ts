import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket } from '@google-cloud/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { client, someBytes, startLocal, type Contract } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

interface Victim extends Contract {
  process: ChildProcess;
}

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'storage-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function startVictim(): Promise<Victim> {
  const child = fork(join(import.meta.dirname, 'storage-process.ts'), [dataDir]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const base = `http://127.0.0.1:${port}`;
  const storage = client(base);
  return { process: child, base, storage, bucket: storage.bucket('photos') };
}

async function kill(victim: Victim): Promise<void> {
  victim.process.kill('SIGKILL');
  await once(victim.process, 'exit');
}

/** Writes objects from four sides until the server dies; `acknowledged` holds what was promised to be kept. */
class Writers {
  readonly acknowledged = new Map<string, Buffer>();
  #due: { count: number; reached: () => void } | undefined;

  /** Resolves when the server is dead and every writer has noticed it. */
  async run(bucket: Bucket): Promise<void> {
    await Promise.all([1, 2, 3, 4].map((writer) => this.#writeOn(bucket, writer)));
  }

  /** Resolves when so many objects have been acknowledged; others are then half-way. */
  reach(count: number): Promise<void> {
    return new Promise((reached) => {
      this.#due = { count, reached };
    });
  }

  async #writeOn(bucket: Bucket, writer: number): Promise<void> {
    for (let n = 0; ; n++) {
      const bytes = someBytes(1 + ((n * 50_021 + writer) % 400_000));
      const name = `writer ${writer}/${n}`;
      try {
        await bucket.file(name).save(bytes, { resumable: n % 2 === 0, preconditionOpts: { ifGenerationMatch: 0 } });
      } catch {
        return;
      }
      this.acknowledged.set(name, bytes);
      if (this.acknowledged.size === this.#due?.count) this.#due.reached();
    }
  }
}

const KILLED = 'what was acknowledged survives kill -9 after %i objects, and nothing half-written shows';

test.each([1, 15, 40])(KILLED, async (count) => {
  const victim = await startVictim();
  const writers = new Writers();
  const ended = writers.run(victim.bucket);
  await writers.reach(count);
  await kill(victim);
  await ended;
  const local = await startLocal({ dataDir });
  const [files] = await local.bucket.getFiles();
  for (const [name, bytes] of writers.acknowledged) {
    expect((await local.bucket.file(name).download())[0].equals(bytes)).toBe(true);
  }
  // The client checks every download against the checksums: a half-written one would fail.
  for (const file of files) await file.download();
  expect(readdirSync(join(dataDir, 'objects/incoming'))).toEqual([]);
  expect(readdirSync(join(dataDir, 'objects'))).toHaveLength(files.length + 1);
  await local.stop();
});

test('a session survives kill -9 with what it has acknowledged', async () => {
  const victim = await startVictim();
  const bytes = someBytes(3 * QUANTUM);
  const opened = await openSession(victim, 'resumed');
  await put(opened, `0-${2 * QUANTUM - 1}/*`, bytes.subarray(0, 2 * QUANTUM));
  await kill(victim);
  const local = await startLocal({ dataDir });
  const uri = opened.replace(victim.base, local.base);
  expect(progress(await put(uri, '*/*'))).toEqual([308, `bytes=0-${2 * QUANTUM - 1}`]);
  expect((await put(uri, `${2 * QUANTUM}-*/*`, bytes.subarray(2 * QUANTUM))).status).toBe(200);
  expect((await local.bucket.file('resumed').download())[0].equals(bytes)).toBe(true);
  await local.stop();
});
