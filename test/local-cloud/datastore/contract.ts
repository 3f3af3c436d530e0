import { Datastore } from '@google-cloud/datastore';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ManualClock } from '../../../src/runtime/clock.ts';
import {
  readIndexYaml,
  startDatastore,
  type DatastoreOptions,
  type DatastoreService,
} from '../../../src/local-cloud/datastore/index.ts';
import { startSingleService } from '../../support/single-service.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

/** Another Datastore to hold the contract against, `host:port`; it must have the indexes of `index.yaml` beside this. */
export const endpoint = process.env['DATASTORE_CONTRACT_ENDPOINT'];

/** A moment that no test depends on. */
const START = Date.UTC(2026, 10, 21, 12);

const INDEXES = readIndexYaml(readFileSync(join(import.meta.dirname, 'index.yaml'), 'utf8'));

/** A client on an empty namespace of the stand-in, or of the Datastore that the environment names. */
export async function connect(): Promise<Datastore> {
  return endpoint ? client(endpoint) : (await startDatastoreWorld()).client;
}

export interface DatastoreWorld {
  client: Datastore;
  service: DatastoreService;
  clock: ManualClock;
}

/** The stand-in with its clock and faults in hand, stopped when the test ends. */
export async function startDatastoreWorld(options: Partial<DatastoreOptions> = {}): Promise<DatastoreWorld> {
  const { service, clock, stop } = await startSingleService(
    (ground) => startDatastore({ ...ground, indexes: INDEXES, ...options }),
    { startMs: START, dataDir: options.dataDir },
  );
  onTestFinished(stop);
  return { client: client(`127.0.0.1:${service.port}`), service, clock };
}

export function client(apiEndpoint: string, options: { databaseId?: string; namespace?: string } = {}): Datastore {
  return new Datastore({ apiEndpoint, projectId: 'contract', namespace: `n${randomUUID()}`, ...options });
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'datastore-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<{ code: number; details: string }> {
  return promise.then(
    () => {
      throw new Error('The call was expected to fail.');
    },
    (error: { code: number; details: string }) => error,
  );
}
