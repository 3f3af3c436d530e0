import { beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { fuzz } from './fuzz.ts';

/** Which requests are sent: the number is printed, and `FUZZ_SEED` sets it. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_129);

let world: World;

beforeAll(async () => {
  world = await startWorld({ env: { LOG_LEVEL: 'silent' } });
  // Tasks do not run: their replies are not seen here, and `npm run fuzz` lets them run.
  await world.cloud.appIsGone();
});

test(`5,000 random requests, good and hostile, get replies as the document says (FUZZ_SEED=${seed})`, async () => {
  const report = await fuzz(world.appUrl, { runs: 5000, seed });
  expect(report.failures).toEqual([]);
  expect(report).toMatchObject({ sent: 5000, failed: 0 });
  // Random requests that are all refused would prove little.
  expect(report.statuses['200']).toBeGreaterThan(1000);
}, 240_000);
