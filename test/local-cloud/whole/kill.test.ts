import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { startCloudProcess, temporaryFolder, type CloudProcess } from './cloud-process.ts';
import { clientsIn, type PrintedClients } from './printed-clients.ts';

const ROUNDS = 4;

/** Everything that was acknowledged, by the number that it carries. */
const saved: number[] = [];
const uploaded: number[] = [];
const created: number[] = [];

let last = 0;

/** Does one write after the other until one fails, because the cloud was killed. */
async function untilDeath(acknowledged: number[], write: (number: number) => Promise<unknown>): Promise<void> {
  for (;;) {
    const number = ++last;
    try {
      await write(number);
    } catch {
      return;
    }
    acknowledged.push(number);
  }
}

const nameOf = (number: number) => `n${number}`;
const keyOf = (datastore: Datastore, number: number) => datastore.key(['Note', nameOf(number)]);
const contentOf = (number: number) => nameOf(number).repeat(3_000);

function writers({ datastore, bucket, tasks, queue }: PrintedClients): Promise<void>[] {
  const save = (number: number) => datastore.save({ key: keyOf(datastore, number), data: { number } });
  const upload = (number: number) =>
    bucket.file(nameOf(number)).save(contentOf(number), { resumable: number % 2 === 0 });
  // No application is up, so that what is created stays to be counted.
  const create = (number: number) =>
    tasks.createTask({ parent: queue, task: { name: `${queue}/tasks/${nameOf(number)}`, appEngineHttpRequest: {} } });
  return [untilDeath(saved, save), untilDeath(uploaded, upload), untilDeath(created, create)];
}

/** Kills the process once each service has acknowledged some more, at no particular moment of the next writes. */
async function killAmidWrites(victim: CloudProcess, clients: PrintedClients, round: number): Promise<void> {
  const writing = writers(clients);
  const enough = [saved, uploaded, created].map((list) => list.length + 5 + round);
  const seen = () => [saved, uploaded, created].every((list, index) => list.length >= (enough[index] ?? 0));
  while (!seen()) await new Promise((resolve) => setImmediate(resolve));
  await victim.kill();
  await Promise.all(writing);
}

test(`kill -9 in ${ROUNDS} rounds of writes loses nothing that a service had acknowledged`, async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < ROUNDS; round++) {
    const victim = await startCloudProcess(folder);
    await killAmidWrites(victim, clientsIn(victim.env), round);
  }

  const { datastore, bucket, tasks, queue } = clientsIn((await startCloudProcess(folder)).env);
  const [entities] = (await datastore.get(saved.map((number) => keyOf(datastore, number)))) as [{ number: number }[]];
  expect(new Set(entities.map(({ number }) => number))).toEqual(new Set(saved));
  for (const number of uploaded) {
    expect(String((await bucket.file(nameOf(number)).download())[0])).toBe(contentOf(number));
  }
  const [waiting] = await tasks.listTasks({ parent: queue });
  const names = waiting.map(({ name }) => name?.split('/').at(-1));
  expect(names).toEqual(expect.arrayContaining(created.map(nameOf)));
  expect(Math.min(saved.length, uploaded.length, created.length)).toBeGreaterThanOrEqual(ROUNDS * 5);
});
