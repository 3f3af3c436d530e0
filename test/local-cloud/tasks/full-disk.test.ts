import { describe, expect, test } from 'vitest';
import { canMakeDisks, smallDisk } from '../whole/small-disk.ts';
import { startTasksWorld } from './tasks-world.ts';

/** Longer than the pause after which refused writes are tried again, in milliseconds. */
const RETRY = 10_000;

describe.skipIf(!canMakeDisks)('on a full disk (left out where a test may not mount one)', () => {
  test('a task whose success cannot be noted is not sent again, and is gone when there is room', async () => {
    const disk = await smallDisk();
    const world = await startTasksWorld({ dataDir: disk.folder });
    const answer = Promise.withResolvers<number>();
    world.app.answer = () => answer.promise;
    const { name } = await world.create('/work', { appEngineHttpRequest: { body: Buffer.alloc(100_000) } });
    await world.app.seen(1);
    disk.fill();
    await expect(
      fillRest(() => world.create('/more', { appEngineHttpRequest: { body: Buffer.alloc(1_000) } })),
    ).rejects.toMatchObject({ code: 8 });
    answer.resolve(200);
    for (let hour = 0; hour < 3; hour++) {
      await world.service.drain();
      world.clock.advance(3_600_000);
    }
    expect(world.app.calls.filter(({ path }) => path === '/work')).toHaveLength(1);

    disk.makeRoom();
    world.clock.advance(RETRY);
    await world.service.drain();
    expect(world.app.calls.filter(({ path }) => path === '/work')).toHaveLength(1);
    await expect(world.client.getTask({ name: name! })).rejects.toMatchObject({ code: 5 });
    await world.restart();
    await world.service.drain();
    expect(world.app.calls.filter(({ path }) => path === '/work')).toHaveLength(1);
  });

  test('both callers are told when one loses by the refusal of the other, and the queue stays as it was', async () => {
    const disk = await smallDisk();
    const world = await startTasksWorld({ dataDir: disk.folder });
    disk.fill();
    await expect(
      fillRest(() => world.create('/x', { appEngineHttpRequest: { body: Buffer.alloc(1_000) } })),
    ).rejects.toMatchObject({ code: 8 });
    const outcomes = await Promise.allSettled([
      world.client.pauseQueue({ name: world.queue() }),
      world.create('/large', { appEngineHttpRequest: { body: Buffer.alloc(500_000) } }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const [queue] = await world.client.getQueue({ name: world.queue() });
    expect(queue).toMatchObject({ state: 'RUNNING' });
  });
});

/** Writes until the disk refuses: files that are there may have some room left. */
async function fillRest(write: () => Promise<unknown>): Promise<never> {
  for (;;) await write();
}
