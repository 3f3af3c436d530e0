import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    pool: 'forks',
    // Files of one process share what they import: a quarter of the time went into imports.
    isolate: false,
    // As in src/app/start.ts: V8 would end the process now and then.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    // There is no metadata server: Google's clients need not look for one.
    env: { METADATA_SERVER_DETECTION: 'none' },
    // Limits end a test that hangs. They assert nothing, so a machine under a load of 20 has to stay below them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
