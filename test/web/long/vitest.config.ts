import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';
import { TableReporter } from './table-reporter.ts';

/** The long form of the browser tests, of which `npm test` does a part: `npm run test:browser`. */
const config = mergeConfig(shared, {
  test: {
    // Measurements in one browser would be disturbed by those in another.
    fileParallelism: false,
    env: { LONG_FORM: '1' },
    reporters: ['verbose', new TableReporter()],
  },
});
config.test.include = [
  'web/long/*.browser.ts',
  'web/{accessibility,keys,long-list,return,script,scrubber,upload-tray}.test.ts',
];

export default config;
