import type { Clock } from '../../runtime/clock.ts';
import { Background } from '../background.ts';
import { knownHosts, type KnownHosts } from '../known-hosts.ts';
import { CallLog } from '../trace/call-log.ts';
import { createBucket } from './engine/buckets.ts';
import type { Engine } from './engine/engine.ts';
import { keepHouse } from './engine/housekeeping.ts';
import { LiveSessions } from './engine/live-sessions.ts';
import { Faults } from './server/faults.ts';
import { serve } from './server/server.ts';
import { signatureChecker, type Signer } from './server/signed-url.ts';
import { openStore } from './store/store.ts';

export type { Signer };

export interface StorageOptions {
  /** The folder for storage.sqlite and objects/. */
  dataDir: string;
  clock: Clock;
  host: string;
  /** Which hosts and origins are answered; those of this machine without it. */
  knownHosts?: KnownHosts;
  /** 0 takes a free port. */
  port: number;
  /** Buckets that are created if they are absent. */
  buckets?: string[];
  /** The accounts whose signed URLs are accepted. Without any, the XML API needs no signature. */
  signers?: Signer[];
  /** Where calls are noted; for no reader without it. */
  calls?: CallLog;
}

export interface StorageService {
  port: number;
  /** The rules and the data, for the console. */
  engine: Engine;
  /** Forgets everything but the buckets of the options, and breaks off what is under way. */
  reset(): void;
  faults: Faults;
  /** Resolves when no request is under way, also of those whose callers have hung up. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Cloud Storage that keeps its data below `dataDir` and speaks the JSON API and the XML API for objects. */
export async function startStorage(options: StorageOptions): Promise<StorageService> {
  const store = openStore(options.dataDir);
  const engine: Engine = { store, clock: options.clock, live: new LiveSessions() };
  const faults = new Faults();
  const checkSignature = signatureChecker(options.signers ?? [], options.clock);
  addBuckets(engine, options.buckets);
  const { knownHosts: known = knownHosts(), calls = new CallLog() } = options;
  const deps = { engine, faults, calls, checkSignature, knownHosts: known };
  const server = await serve(deps, options.host, options.port).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const background = new Background({ clock: options.clock, service: 'Storage' });
  const endHousekeeping = keepHouse(engine, background);
  return {
    port: server.port,
    engine,
    reset() {
      server.abortRequests();
      engine.live.sums.clear();
      store.clear();
      addBuckets(engine, options.buckets);
    },
    faults,
    idle: server.idle,
    async stop() {
      endHousekeeping();
      await server.stop();
      background.stop();
      store.close();
    },
  };
}

function addBuckets(engine: Engine, names: string[] = []): void {
  for (const name of names) {
    if (!engine.store.buckets.get(name)) createBucket(engine, name, {});
  }
}
