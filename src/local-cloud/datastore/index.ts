import type { Clock } from '../../runtime/clock.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { CallLog } from '../trace/call-log.ts';
import { entityCodec, readDatastoreDefinitions } from './definitions.ts';
import { openDisk } from './disk.ts';
import { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import { keepHouse } from './housekeeping.ts';
import type { CompositeIndex } from './indexes/composite-index.ts';
import { serveDatastore } from './server.ts';

export type { CompositeIndex } from './indexes/composite-index.ts';
export { readIndexYaml } from './indexes/index-yaml.ts';

export interface DatastoreOptions {
  /** The folder for `datastore.sqlite`, made if it is missing. */
  dataDir: string;
  clock: Clock;
  /** Other projects are refused; all are served without it. */
  projectId?: string;
  host: string;
  /** Which hosts and origins are answered; those of this machine without it. */
  knownHosts?: KnownHosts;
  /** 0 takes a free port. */
  port: number;
  /** The composite indexes; a query that needs another one is refused. */
  indexes: CompositeIndex[];
  /** The share (0..1) of commits that global queries see at once; by default all. */
  consistency?: number;
  /** Decides which commits these are: 0 ≤ value < 1. */
  random?: () => number;
  /** Whether the first commit wins (the default here) or commits wait for readers (Google's default for Standard). */
  concurrency?: 'optimistic' | 'pessimistic';
  /** Commits per second that one entity group takes, 1 on the legacy engine; without it as many as come. */
  groupRate?: number | undefined;
  /** Where calls are noted; for no reader without it. */
  calls?: CallLog;
}

export interface DatastoreService {
  port: number;
  /** The rules and the data, for the console. */
  engine: Engine;
  /** Deletes all data. Ids allocated before are not allocated again. */
  reset(): void;
  faults: Faults;
  stop(): Promise<void>;
}

/** Starts the Datastore of the local cloud. */
export async function startDatastore(options: DatastoreOptions): Promise<DatastoreService> {
  const definitions = readDatastoreDefinitions();
  const disk = openDisk(options.dataDir, options.clock, options.indexes, entityCodec(definitions));
  const engine = new Engine(disk, options.clock, {
    consistency: options.consistency ?? 1,
    random: options.random ?? Math.random,
    concurrency: options.concurrency ?? 'optimistic',
    groupRate: options.groupRate,
  });
  const server = await serveDatastore(engine, definitions, { calls: new CallLog(), ...options }).catch(
    (error: unknown) => {
      disk.close();
      throw error;
    },
  );
  const endHousekeeping = keepHouse(disk, options.clock);
  return {
    port: server.port,
    engine,
    reset: () => engine.reset(),
    faults: engine.faults,
    async stop() {
      endHousekeeping();
      await server.stop();
      disk.close();
    },
  };
}
