import { expect, test } from 'vitest';
import { DAY, HOUR, jobYaml, MINUTE, SECRET, START, startCronWorld } from './cron-world.ts';

test('a job is a GET with the mark of cron at its time', async () => {
  const world = await startCronWorld(jobYaml('every day 13:00'));
  await world.advance(HOUR - 1);
  expect(world.app.calls).toHaveLength(0);
  await world.advance(1);
  expect(world.app.calls[0]).toMatchObject({ method: 'GET', path: '/job' });
  expect(world.app.calls[0]?.headers).toMatchObject({
    'x-appengine-cron': 'true',
    'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
    'x-local-cloud-secret': SECRET,
  });
  expect(world.cron.jobs()[0]?.state).toMatchObject({ due: START + 25 * HOUR, last: { status: 200 } });
});

test('a plain interval counts from the end of the last run, so runs never overlap', async () => {
  const world = await startCronWorld(jobYaml('every 1 minutes'));
  const { promise, resolve } = Promise.withResolvers<number>();
  world.app.answer = () => promise;
  world.clock.advance(MINUTE);
  await world.app.seen(1);
  world.clock.advance(5 * MINUTE);
  resolve(200);
  await world.cron.idle();
  expect(world.app.calls).toHaveLength(1);
  expect(world.cron.jobs()[0]?.state.due).toBe(START + 7 * MINUTE);
});

test('a failed run is not repeated without retry_parameters', async () => {
  const world = await startCronWorld(jobYaml('every 1 hours'));
  world.app.answer = () => 500;
  await world.advance(HOUR);
  await world.advance(HOUR - 1);
  expect(world.app.calls).toHaveLength(1);
});

test('a run that fell due while the program was off comes once after the start', async () => {
  const world = await startCronWorld(jobYaml('every 1 hours'));
  await world.restart(5 * HOUR);
  await world.advance(0);
  expect(world.app.calls).toHaveLength(1);
});

test('run now runs a job out of turn and gives its status', async () => {
  const world = await startCronWorld(jobYaml('every monday 09:00'));
  world.app.answer = () => 503;
  expect(await world.cron.runNow('/job')).toBe(503);
  await expect(world.cron.runNow('/other')).rejects.toThrow('/other');
});

test('a job that is due while the application is down runs once when it is up', async () => {
  let up = false;
  const world = await startCronWorld(jobYaml('every 1 minutes'), { app: () => (up ? world.app.url : undefined) });
  await world.advance(10 * MINUTE);
  expect(world.app.calls).toHaveLength(0);
  up = true;
  world.cron.wake();
  await world.advance(1_000);
  expect(world.app.calls).toHaveLength(1);
});

test('a clock that was ahead and is set back does not stop cron', async () => {
  const world = await startCronWorld(jobYaml('every 1 hours'));
  world.clock.step(40 * DAY);
  await world.advance(0);
  expect(world.app.calls).toHaveLength(1);
  world.clock.step(-40 * DAY);
  await world.advance(HOUR);
  expect(world.app.calls).toHaveLength(2);
});

test('a clock that was ahead before a restart does not stop cron', async () => {
  const world = await startCronWorld(jobYaml('every day 13:00'));
  world.clock.step(40 * DAY);
  await world.cron.runNow('/job');
  await world.restart(0, -40 * DAY);
  expect(world.cron.jobs()[0]?.state.due).toBe(START + HOUR);
});

test('a clock that is set ahead runs at once what it says is due, and then goes by its new time', async () => {
  const world = await startCronWorld(jobYaml('every day 13:00'));
  world.clock.step(2 * HOUR);
  await world.advance(0);
  expect(world.app.calls).toHaveLength(1);
  expect(world.cron.jobs()[0]?.state.due).toBe(START + 25 * HOUR);
  await world.advance(23 * HOUR);
  expect(world.app.calls).toHaveLength(2);
});

test('a repetition that waits for a time of a wrong clock comes when the clock is right again', async () => {
  const retry = ['retry_parameters:', '  min_backoff_seconds: 60', '  max_backoff_seconds: 60'];
  const world = await startCronWorld(jobYaml('every day 13:00', retry));
  world.app.answer = () => 500;
  world.clock.step(40 * DAY);
  await world.cron.runNow('/job');
  world.clock.step(-40 * DAY);
  await world.advance(MINUTE);
  expect(world.app.calls).toHaveLength(2);
});
