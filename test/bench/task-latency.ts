import { makeVariantsRef } from '../../src/features/photos/make-variants.job.ts';
import { median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { onePhoto } from './many-photos.ts';
import { startOutboxWorld } from './outbox-world.ts';

const TASKS = 500;
const WARM_UP = 50;

/** From the moment when a commit is in until the handler of its task has the request, one after the other. */
export async function measureTaskLatency(scope: AsyncDisposableStack): Promise<Figure> {
  let arrival = Promise.withResolvers<void>();
  let committedAt = 0;
  const { library, user, url } = await startOutboxWorld(
    scope,
    () => arrival.resolve(),
    () => (committedAt = performance.now()),
  );
  const tasks: number[] = [];
  const posts: number[] = [];
  for (let number = 0; number < TASKS + WARM_UP; number++) {
    const photo = onePhoto(user, number, TASKS).id;
    arrival = Promise.withResolvers();
    await library.commit(user, async (change) => change.outbox.enqueue(makeVariantsRef, { user, photo }));
    await arrival.promise;
    tasks.push(performance.now() - committedAt);
    const started = performance.now();
    await fetch(url, { method: 'POST', body: photo });
    posts.push(performance.now() - started);
  }
  const p99 = tasks.slice(WARM_UP).toSorted((a, b) => a - b)[Math.floor(TASKS * 0.99)] ?? NaN;
  return {
    what: `median from commit to the start of the handler, through outbox, Google's client and the local queue; p99 ${p99.toFixed(1)} ms`,
    value: median(tasks.slice(WARM_UP)),
    unit: 'ms',
    reference: { what: 'a bare POST to the same server', value: median(posts.slice(WARM_UP)) },
  };
}
