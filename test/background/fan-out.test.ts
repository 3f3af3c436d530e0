import { beforeAll, expect, test } from 'vitest';
import type { TaskRequest } from '../../src/background/create-task.ts';
import { fanOutToUsers, continueFanOut, type FanOut } from '../../src/background/fan-out.job.ts';
import { newUserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { START, startWorld, type World } from '../support/world.ts';

const USERS = 1050;
const FAN_OUT: FanOut = { job: 'send-summary', run: 'day-2026-11-19', payload: { period: 'day' } };

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { datastore } = world;
  const users = Array.from({ length: USERS }, (_, index) =>
    toEntity(keyOf(datastore, newUserId(), UserKind), UserKind, emptyUser(`user-${index}`, START)),
  );
  for (let first = 0; first < USERS; first += 350) await datastore.save(users.slice(first, first + 350));
  // Global queries may miss what is younger.
  await world.advance(10_000);
});

/** The tasks that one run creates. */
async function tasksOf(run: (deps: Parameters<typeof fanOutToUsers>[0]) => Promise<unknown>) {
  const tasks: TaskRequest[] = [];
  await run({ datastore: world.datastore, createTask: async (task) => void tasks.push(task) });
  return tasks;
}

test('a fan-out that is too long for one run goes on in a task of its own, and no user is left out or asked twice', async () => {
  const tasks = await tasksOf((deps) => fanOutToUsers(deps, FAN_OUT));
  const onward = tasks.at(-1);
  expect(tasks).toHaveLength(1001);
  expect(onward?.path).toBe('/tasks/walk-users');

  const fanOut = continueFanOut.payload.parse(onward?.payload);
  const rest = await tasksOf((deps) =>
    continueFanOut.run(deps, fanOut, { retries: 0, last: false, backoffSeconds: 1 }),
  );
  const summaries = [...tasks.slice(0, 1000), ...rest];
  expect(new Set(summaries.map(({ path, queue }) => `${queue} ${path}`))).toEqual(
    new Set(['mail /tasks/send-summary']),
  );
  expect(summaries[0]?.payload).toMatchObject({ period: 'day' });
  expect(new Set(summaries.map(({ payload }) => (payload as { user: string }).user)).size).toBe(USERS);
});

test('a repeated fan-out creates tasks of the same names, another run tasks of other names', async () => {
  const namesOf = async (fanOut: FanOut) =>
    (await tasksOf((deps) => fanOutToUsers(deps, fanOut))).map(({ name }) => name);
  const names = await namesOf(FAN_OUT);
  expect(new Set(names).size).toBe(1001);
  expect(await namesOf(FAN_OUT)).toEqual(names);
  const others = await namesOf({ ...FAN_OUT, run: 'week-2026-W46' });
  expect(new Set([...names, ...others]).size).toBe(2002);
});
