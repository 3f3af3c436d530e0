import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('503 holds back the whole queue for a while, 500 does not [unverified]', async () => {
  const world = await startTasksWorld();
  world.app.answer = ({ path }) => (path === '/overloaded' ? 503 : 200);
  await world.create('/overloaded');
  await world.app.seen(1);
  await world.service.drain();
  const { name } = await world.create('/other');
  world.clock.advance(999);
  expect((await world.client.getTask({ name: name! }))[0].dispatchCount).toBe(0);
  world.app.answer = () => 200;
  world.clock.advance(1);
  await world.app.seen(3);
});

test('429 holds back HTTP targets only', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => 429;
  await world.create('/busy');
  await world.app.seen(1);
  await world.service.drain();
  await world.create('/other');
  await world.app.seen(2);
});
