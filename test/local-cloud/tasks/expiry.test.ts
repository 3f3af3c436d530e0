import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

const DAY = 86_400_000;

test('a task is deleted 31 days after it was made, sent or not', async () => {
  const world = await startTasksWorld();
  await world.client.pauseQueue({ name: world.queue() });
  const { name } = await world.create('/');
  world.clock.advance(30 * DAY);
  await world.client.getTask({ name: name! });
  world.clock.advance(DAY + 3_600_000);
  await expect(world.client.getTask({ name: name! })).rejects.toMatchObject({ code: 5 });
});
