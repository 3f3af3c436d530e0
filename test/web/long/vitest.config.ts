import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';
import { TableReporter } from './table-reporter.ts';

/** The long form of the browser tests, which `npm test` leaves out: `npm run test:browser`. */
const config = mergeConfig(shared, {
  test: {
    // Measurements in one browser would be disturbed by those in another.
    fileParallelism: false,
    reporters: ['verbose', new TableReporter()],
  },
});
config.test.include = ['web/long/*.browser.ts'];

export default config;
