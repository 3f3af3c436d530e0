import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOCATION, PROJECT, startTasksWorld } from './tasks-world.ts';

const HOUR = 3_600_000;
const OK = 0;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

type Step =
  | { do: 'create' | 'get' | 'delete' | 'run' | 'fail'; id: string }
  | { do: 'purge' | 'restart' }
  | { do: 'wait'; ms: number };

const id = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('create', 'get', 'delete', 'run', 'fail'), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('purge', 'restart') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 2 * HOUR }) }) },
);

/** What is known of a queue made by API: the tasks in it, and until when the names of those that are gone are taken. */
class Model {
  now = 0;
  readonly live = new Set<string>();
  readonly taken = new Map<string, number>();

  create(id: string): number {
    if (this.live.has(id) || (this.taken.get(id) ?? 0) > this.now) return ALREADY_EXISTS;
    this.live.add(id);
    return OK;
  }

  /** For whatever needs a live task; `gone` says whether it ends it. */
  touch(id: string, gone: boolean): number {
    if (!this.live.has(id)) return NOT_FOUND;
    if (gone) this.end(id);
    return OK;
  }

  end(id: string): void {
    this.live.delete(id);
    this.taken.set(id, this.now + HOUR);
  }
}

test('whatever is done to tasks in whatever order, names are free, live or taken as the API says', async () => {
  const world = await startTasksWorld();
  const parent = world.client.locationPath(PROJECT, LOCATION);
  let queues = 0;

  async function play(steps: Step[]) {
    const queue = world.queue(`q${queues++}`);
    await world.client.createQueue({ parent, queue: { name: queue } });
    await world.client.pauseQueue({ name: queue });
    const model = new Model();
    for (const step of steps) expect(await perform(queue, step)).toBe(predict(model, step));
    const [left] = await world.client.listTasks({ parent: queue });
    expect(left.map(({ name }) => name)).toEqual([...model.live].toSorted().map((id) => `${queue}/tasks/${id}`));
  }

  async function perform(queue: string, step: Step): Promise<number> {
    const name = 'id' in step ? `${queue}/tasks/${step.id}` : '';
    if (step.do === 'create') return codeOf(world.create('/', { name }, queue.split('/').at(-1)));
    if (step.do === 'get') return codeOf(world.client.getTask({ name }));
    if (step.do === 'delete') return codeOf(world.client.deleteTask({ name }));
    if (step.do === 'purge') return codeOf(world.client.purgeQueue({ name: queue }));
    if (step.do === 'wait') return codeOf(Promise.resolve(world.clock.advance(step.ms)));
    if (step.do === 'restart') return codeOf(world.restart());
    world.app.answer = () => (step.do === 'run' ? 200 : 500);
    const code = await codeOf(world.client.runTask({ name }));
    await world.service.drain();
    return code;
  }

  const steps = fc.array(step, { minLength: 5, maxLength: 25 });
  await fc.assert(fc.asyncProperty(steps, play), { numRuns: 25 });
});

function predict(model: Model, step: Step): number {
  if (step.do === 'create') return model.create(step.id);
  if ('id' in step) return model.touch(step.id, step.do === 'delete' || step.do === 'run');
  if (step.do === 'wait') model.now += step.ms;
  if (step.do === 'purge') for (const id of model.live) model.end(id);
  return OK;
}

async function codeOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return OK;
  } catch (error) {
    return (error as { code: number }).code;
  }
}
