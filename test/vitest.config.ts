import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    pool: 'forks',
    // Vitest leaves a core to itself, which is half of a machine with two. A worker more than cores fills the time in
    // which tests wait for programs, disks and timers. A worker takes up to 1.5 GB of memory, so there are eight at most.
    maxWorkers: Math.min(availableParallelism() + 1, 8),
    // Files of one process share what they import: a quarter of the time went into imports.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // As in src/app/start.ts: V8 would end the process now and then.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    // There is no metadata server: Google's clients need not look for one.
    env: { METADATA_SERVER_DETECTION: 'none' },
    // Limits end a test that hangs. They assert nothing, so a machine under a load of 20 has to stay below them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
