import { randomBytes } from 'node:crypto';
import { Storage, type Bucket } from '@google-cloud/storage';
import { afterAll, beforeAll } from 'vitest';
import { systemClock, type ManualClock } from '../../../src/runtime/clock.ts';
import { startStorage, type StorageOptions, type StorageService } from '../../../src/local-cloud/storage/index.ts';
import { startSingleService } from '../../support/single-service.ts';

/** What a contract test works with: Google's client, a bucket of its own, and the address for raw requests. */
export interface Contract {
  storage: Storage;
  bucket: Bucket;
  /** `http://host:port` */
  base: string;
}

/**
 * Prepares a bucket at STORAGE_CONTRACT_ENDPOINT, or at a stand-in in this process when that is not set. The tests
 * that use it state what the service promises, at every endpoint.
 */
export function contract(): Contract {
  const ready = {} as Contract;
  let local: LocalStorage | undefined;
  beforeAll(async () => {
    const endpoint = process.env.STORAGE_CONTRACT_ENDPOINT;
    if (endpoint === undefined) local = await startLocal({ clock: systemClock });
    ready.base = endpoint ?? local!.base;
    ready.storage = client(ready.base);
    [ready.bucket] = await ready.storage.createBucket(`contract-${randomBytes(6).toString('hex')}`);
  });
  afterAll(async () => {
    await ready.bucket.deleteFiles({ force: true, versions: true });
    await ready.bucket.delete();
    await local?.stop();
  });
  return ready;
}

export interface LocalStorage extends Contract {
  service: StorageService;
  dataDir: string;
  /** Stands still until it is moved; absent when the test brings its own clock. */
  clock: ManualClock;
  stop(): Promise<void>;
}

/** A stand-in with a bucket named `photos`, a folder of its own unless one is given, and a clock that tests move. */
export async function startLocal(options: Partial<StorageOptions> = {}): Promise<LocalStorage> {
  const { service, dataDir, clock, stop } = await startSingleService(
    (ground) => startStorage({ ...ground, buckets: ['photos'], ...options }),
    { startMs: Date.parse('2026-11-21T10:00:00Z'), dataDir: options.dataDir },
  );
  const base = `http://127.0.0.1:${service.port}`;
  const storage = client(base);
  return { service, dataDir, clock, base, storage, bucket: storage.bucket('photos'), stop };
}

/** Google's own client; failures are told at once instead of being tried again. */
export function client(apiEndpoint: string): Storage {
  return new Storage({ apiEndpoint, projectId: 'contract', retryOptions: { autoRetry: false } });
}

/** Random bytes of which no two tests have the same. */
export const someBytes = (size: number) => randomBytes(size);
