import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('waiting tasks and unanswered tasks run after a restart', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => new Promise(() => undefined);
  await world.create('/stuck');
  await world.app.seen(1);
  await world.restart();
  world.app.answer = () => 200;
  await world.service.drain();
  expect(world.app.calls.map(({ path }) => path)).toEqual(['/stuck', '/stuck']);
});
