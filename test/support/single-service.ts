import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock, type ManualClock } from '../../src/runtime/clock.ts';

/** What a service of the local cloud runs on: a folder, a clock that stands until it is moved, and a free port. */
export interface Ground {
  dataDir: string;
  clock: ManualClock;
  host: string;
  port: number;
}

export interface GroundOptions {
  /** The time at which the clock stands at first, in milliseconds since the Unix epoch. */
  startMs: number;
  /** A folder that the test keeps; without it the service gets one of its own, which `stop` deletes. */
  dataDir?: string | undefined;
}

/** One service of the local cloud on its own. */
export interface SingleService<Service> extends Ground {
  /** The service that runs now: another one after each restart. */
  readonly service: Service;
  /** Ends the service, and starts it again on the same ground. */
  restart(start?: (ground: Ground) => Service | Promise<Service>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one service of the local cloud without the others. The caller stops it. */
export async function startSingleService<Service extends { stop(): Promise<void> }>(
  start: (ground: Ground) => Service | Promise<Service>,
  { startMs, dataDir }: GroundOptions,
): Promise<SingleService<Service>> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'single-service-')));
  const ground: Ground = { dataDir: folder, clock: manualClock(startMs), host: '127.0.0.1', port: 0 };
  let service = await start(ground);
  return {
    ...ground,
    get service() {
      return service;
    },
    async restart(again = start) {
      await service.stop();
      service = await again(ground);
    },
    async stop() {
      await service.stop();
      if (dataDir === undefined) await rm(folder, { recursive: true });
    },
  };
}
