import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { newPhone } from '../changes/phone.ts';
import { randomnessOf } from '../process/kill/randomness.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { compareAnswers, compareDigests, comparePhones, comparePhotos } from './answers.ts';
import type { AlbumsModel } from './albums-model.ts';
import type { LibraryModel } from './library-model.ts';
import { applyEdit, randomEdit, randomOperation, uploadOf, type Operation, type Setting } from './operations.ts';

/** `MODEL_RUNS=5000 MODEL_SEED=7 npm test -- model` goes on for longer, or repeats a run that failed. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 40);
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_121);

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const elsewhere = await secondInstance(world, {}, { RATE_LIMITS: 'off' });
const here = await world.user('model');
const users = [here, await signUp(elsewhere, here.name)] as const;

const random = randomnessOf(SEED);
const model: LibraryModel = new Map();
const pool = await Promise.all(
  Array.from({ length: 12 }, async (_, seed) => {
    const local = `2019-07-0${(seed % 4) + 1}T1${seed % 3}:00:00`;
    const bytes = await picture({ width: 40, height: 30, seed, takenAt: local });
    return { bytes, local, sha256: createHash('sha256').update(bytes).digest('hex') };
  }),
);
const albums: AlbumsModel = new Map();
const setting: Setting = { model, albums, pool, random };
const done = new Map<string, number>();
const count = (name: string) => void done.set(name, (done.get(name) ?? 0) + 1);
const anyOf = (): TestUser => random.pick(users) ?? here;

/** Some operations that touch nothing in common, from both instances at once. */
async function runRound(): Promise<void> {
  const round: Operation[] = [];
  const touched = new Set<string>();
  for (let wanted = random.whole(1, 5); wanted > 0; wanted--) {
    const operation = randomOperation(setting);
    if (!operation || operation.touches.some((what) => touched.has(what))) continue;
    for (const what of operation.touches) touched.add(what);
    round.push(operation);
  }
  const effects = await Promise.all(round.map((operation) => operation.run(anyOf())));
  for (const effect of effects) effect();
  for (const { name } of round) count(name);
}

/** Two edits of one photo at once: one comes after the other, and the revision tells which. */
async function raceEdits(): Promise<void> {
  const photo = random.pick([...model.values()].filter(({ place }) => place === 'library'));
  if (!photo) return;
  const edits = await Promise.all(
    users.map(async (user) => {
      const change = randomEdit(random);
      const { body } = await user.patch(`/v1/photos/${photo.id}`).send(change).expect(200);
      return { change, revision: (body as Photo).revision };
    }),
  );
  const inOrder = edits.sort((a, b) => a.revision - b.revision);
  expect(inOrder.map(({ revision }) => revision)).toEqual([photo.revision + 1, photo.revision + 2]);
  for (const { change } of inOrder) applyEdit(model, photo.id, change);
  count('race of edits');
}

/** The same bytes from both instances at once: they become one photo, or are the one that is there. */
async function raceUploads(): Promise<void> {
  const file = random.pick(pool);
  if (!file) return;
  const one = uploadOf(setting, file, false);
  const replies = await Promise.allSettled(users.map((user) => one.run(user)));
  const effects = replies.map((reply) => {
    if (reply.status === 'rejected') throw reply.reason as Error;
    return reply.value;
  });
  const attempt = (order: (() => void)[]) => order.forEach((effect) => effect());
  try {
    attempt(effects);
  } catch {
    attempt(effects.toReversed());
  }
  count('race of uploads');
}

async function emptyTrash(): Promise<void> {
  await anyOf().delete('/v1/trash').expect(204);
  for (const photo of model.values()) {
    if (photo.place === 'trash') model.set(photo.id, { ...photo, place: 'gone', revision: photo.revision + 1 });
  }
  count('empty the trash');
}

/** Photos posted in the same round were posted in an order that only the service knows; it must keep to it. */
async function learnOrder(known: number): Promise<void> {
  const fresh = [...model.values()].slice(known);
  if (fresh.length < 2) return;
  const ids = fresh.map(({ id }) => id);
  const { items } = await here.read('/v1/timeline?order=posted&limit=200', TimelinePage);
  const order = items.map(({ id }) => id).toReversed();
  for (const id of ids) model.delete(id);
  for (const photo of fresh.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))) model.set(photo.id, photo);
}

test(`every answer of two instances is right after any of ${RUNS} operations (seed ${SEED})`, async () => {
  const phone = newPhone();
  const total = () => [...done.values()].reduce((sum, each) => sum + each, 0);
  while (total() < RUNS) {
    const known = model.size;
    const dice = random.fraction();
    if (dice < 0.08) await raceEdits();
    else if (dice < 0.14) await raceUploads();
    else if (dice < 0.17) await emptyTrash();
    else await runRound();
    await learnOrder(known);
    const asked = anyOf();
    await compareAnswers(asked, setting, random.pick([1, 3, 7, 200]) ?? 50);
    await comparePhones(anyOf(), setting, phone, random.pick([2, 50]) ?? 50);
    const digests = pool.map(({ sha256 }) => sha256);
    await compareDigests(anyOf(), model, digests);
    const some = Array.from({ length: 3 }, () => random.pick([...model.keys()])).filter((id) => id !== undefined);
    await comparePhotos(anyOf(), setting, some);
    if (random.fraction() < 0.1) await world.drain();
  }
  console.log(`model test: ${total()} operations, seed ${SEED}:`, Object.fromEntries(done));
}, 3_600_000);

test('every reply of these operations has a status and headers that the OpenAPI document names', async () => {
  expect(await world.undocumented()).toEqual([]);
});
