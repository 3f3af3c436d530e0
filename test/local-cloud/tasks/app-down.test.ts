import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('nothing goes out while the application is down, and everything once it is up', async () => {
  let up = false;
  const world = await startTasksWorld({ app: () => (up ? world.app.url : undefined) });
  await world.create('/early');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  up = true;
  world.service.wake();
  await world.app.seen(1);
});
