import { expect, test } from 'vitest';
import { HOUR, jobYaml, MINUTE, startCronWorld } from './cron-world.ts';

/** Lets a job fail for an hour from its first run on and gives the seconds at which it was tried. */
async function failing(retryParameters: string): Promise<number[]> {
  const world = await startCronWorld(jobYaml('every monday 09:00', [`retry_parameters: ${retryParameters}`]));
  world.app.answer = () => 500;
  await world.cron.runNow('/job');
  const tries = [0];
  for (let second = 5; second <= HOUR / 1_000; second += 5) {
    await world.advance(5_000);
    if (world.app.calls.length > tries.length) tries.push(second);
  }
  return tries;
}

test('a failed run is repeated up to the limit, later each time', async () => {
  expect(await failing('{job_retry_limit: 3, min_backoff_seconds: 10}')).toEqual([0, 10, 30, 70]);
});

test('a limit of 0 repeats nothing', async () => {
  expect(await failing('{job_retry_limit: 0}')).toEqual([0]);
});

test('a run with an age limit is given up when both limits are exceeded', async () => {
  const parameters = '{job_retry_limit: 1, job_age_limit: 1m, min_backoff_seconds: 10, max_doublings: 0}';
  expect(await failing(parameters)).toEqual([0, 10, 30, 60]);
});

test('a repetition that succeeds ends it, and the next run comes by the schedule', async () => {
  const retry = ['retry_parameters: {job_retry_limit: 5, min_backoff_seconds: 60}'];
  const world = await startCronWorld(jobYaml('every day 13:00', retry));
  world.app.answer = (_call, index) => (index === 0 ? 500 : 200);
  await world.advance(HOUR);
  await world.advance(MINUTE);
  await world.advance(HOUR);
  expect(world.app.calls).toHaveLength(2);
  expect(world.cron.jobs()[0]?.state.retry).toBeUndefined();
});

test('a repetition outlives a restart', async () => {
  const retry = ['retry_parameters: {job_retry_limit: 1, min_backoff_seconds: 60}'];
  const world = await startCronWorld(jobYaml('every day 13:00', retry));
  world.app.answer = () => 500;
  await world.advance(HOUR);
  await world.restart(0);
  await world.advance(MINUTE);
  await world.advance(HOUR);
  expect(world.app.calls).toHaveLength(2);
});

test('the next run of the schedule replaces a later retry, and its retries count from zero', async () => {
  const retry = ['retry_parameters: {job_retry_limit: 1, min_backoff_seconds: 700}'];
  const world = await startCronWorld(jobYaml('every 10 minutes synchronized', retry));
  world.app.answer = () => 500;
  for (const runs of [1, 2, 3]) {
    await world.advance(10 * MINUTE);
    expect(world.app.calls).toHaveLength(runs);
    expect(world.cron.jobs()[0]?.state.retry).toMatchObject({ count: 1 });
  }
});
