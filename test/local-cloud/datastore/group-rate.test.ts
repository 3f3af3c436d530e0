import { describe, expect, test } from 'vitest';
import { failure, startDatastoreWorld, type DatastoreWorld } from './contract.ts';

const ABORTED = 10;
/** Commits per second, and milliseconds between two of them. */
const groupRate = 20;
const INTERVAL = 50;

const save = ({ client }: DatastoreWorld, path: string[]) => client.save({ key: client.key(path), data: {} });

describe('with a rate of commits per entity group', () => {
  test('a commit on a group waits until its turn has come, although the clock stands', async () => {
    const world = await startDatastoreWorld({ groupRate });
    const start = performance.now();
    for (const leaf of ['one', 'two', 'three']) await save(world, ['Root', 'r', 'Leaf', leaf]);
    // The wall clock, by which the turns go, may differ by a moment.
    expect(performance.now() - start).toBeGreaterThanOrEqual(2 * INTERVAL - 5);
  });

  test('five commits stand in line, and one more is refused in the words of contention', async () => {
    const world = await startDatastoreWorld({ groupRate: 5 });
    const commits = Array.from({ length: 7 }, () => save(world, ['Root', 'r']));
    const error = await failure(Promise.all(commits));
    expect(error).toMatchObject({ code: ABORTED, details: expect.stringContaining('too much contention') });
    const outcomes = await Promise.allSettled(commits);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  });

  test('commits on different groups do not wait for each other', async () => {
    const world = await startDatastoreWorld({ groupRate: 0.001 });
    for (const root of ['a', 'b', 'c']) await save(world, ['Root', root]);
    const [roots] = await world.client.createQuery('Root').run();
    expect(roots).toHaveLength(3);
  });

  test('reads and refused commits take no turn', async () => {
    const world = await startDatastoreWorld({ groupRate: 0.001 });
    const { client } = world;
    const key = client.key(['Root', 'r']);
    expect(await failure(client.update({ key, data: {} }))).toMatchObject({ code: 5 });
    await client.get(key);
    await save(world, ['Root', 'r']);
    expect((await client.get(key))[0]).toEqual({ [client.KEY]: key });
  });

  test('a transaction that has waited in vain is aborted', async () => {
    const { client } = await startDatastoreWorld({ groupRate });
    const key = client.key(['Root', 'r']);
    const transactions = [client.transaction(), client.transaction()];
    for (const transaction of transactions) {
      await transaction.run();
      await transaction.get(key);
      transaction.save({ key, data: {} });
    }
    const outcomes = await Promise.allSettled(transactions.map((transaction) => transaction.commit()));
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: ABORTED } }]);
  });
});
