import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const WEEK = 7 * 24 * 3_600_000;

/** A global query, which may be late by ten seconds. */
async function receipts(): Promise<number> {
  await world.advance(10_000);
  return (await world.datastore.runQuery(world.datastore.createQuery('Receipt')))[0].length;
}

test('receipts are swept after their seven days, and not before', async () => {
  const [ana, ben] = [await world.user(), await world.user()];
  for (const key of ['one', 'two']) {
    await ana.upload(await picture(), { headers: { 'Idempotency-Key': key } }).expect(201);
  }
  await ben.upload(await picture(), { headers: { 'Idempotency-Key': 'one' } }).expect(201);
  // The app is not reachable meanwhile, so that no other cron job runs.
  await world.cloud.appIsGone();
  await world.advance(WEEK - 20_000);
  await world.cloud.appIsAt(world.url);

  expect(await world.cloud.runCron('/cron/sweep-receipts')).toBe(200);
  expect(await receipts()).toBe(3);
  await world.advance(10_000);
  expect(await world.cloud.runCron('/cron/sweep-receipts')).toBe(200);
  expect(await receipts()).toBe(0);
});
