import { expect, test } from 'vitest';
import { startMailWorld } from './mail-world.ts';

const HOUR = 3_600_000;

const { world, mailTo, mailSummaries, poster } = await startMailWorld();

test('a summary of a day comes at seven in the morning after it, by the clocks of its reader', async () => {
  // The clock stands at 18:00 in UTC: three in the morning of the 21st in Tokyo, ten in the morning of the 20th in
  // Los Angeles. The days that these photos are of end at 15:00 and at 08:00, and their mornings are at 22:00 and 15:00.
  await poster('kim', ['Early'], { timeZone: 'Asia/Tokyo', mail: { summary: true } });
  await poster('lee', ['Late'], { timeZone: 'America/Los_Angeles', mail: { summary: true } });
  const received: Record<number, number[]> = {};
  for (let hours = 1; hours <= 30; hours++) {
    // Cron does not run by itself then.
    await world.step(HOUR);
    await mailSummaries();
    received[hours] = [mailTo('kim').length, mailTo('lee').length];
  }
  expect([20, 21, 27, 28, 30].map((hours) => received[hours])).toEqual([
    [0, 0],
    [0, 1],
    [0, 1],
    [1, 1],
    [1, 1],
  ]);
});
