import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    pool: 'forks',
    // Files of one process share what they import: a quarter of the time went into imports.
    isolate: false,
    // Nobody plays Google's metadata server here: its clients need not look for one.
    env: { METADATA_SERVER_DETECTION: 'none' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
