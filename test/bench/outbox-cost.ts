import { makeVariantsRef } from '../../src/features/photos/make-variants.job.ts';
import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { onePhoto } from './many-photos.ts';
import { startOutboxWorld, type OutboxWorld } from './outbox-world.ts';

const COMMITS = 100;
const ROUNDS = 5;

/** The commit of a photo until its caller hears of it, with the task for its sizes and without. */
export async function measureOutboxCost(scope: AsyncDisposableStack): Promise<Figure> {
  const world = await startOutboxWorld(scope, () => undefined);
  let number = 0;
  const commits = (withTask: boolean) => async () => {
    const started = performance.now();
    for (let count = 0; count < COMMITS; count++) await commit(world, number++, withTask);
    return (performance.now() - started) / COMMITS;
  };
  const { ours, reference } = await alternate(ROUNDS, { ours: commits(true), reference: commits(false) });
  return {
    what: `the commit of a photo with its outbox entry, the creation of the task, and the entry's deletion in the next one`,
    value: ours,
    unit: 'ms',
    reference: { what: 'the same commit without a task', value: reference },
  };
}

function commit({ library, user }: OutboxWorld, number: number, withTask: boolean): Promise<void> {
  const photo = { ...onePhoto(user, number, 10_000), expectedAtMs: null };
  return library.commit(user, async (change) => {
    await change.photos.add(photo);
    if (withTask) change.outbox.enqueue(makeVariantsRef, { user, photo: photo.id });
  });
}
