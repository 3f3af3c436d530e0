import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../../src/features/timeline/schemas.ts';
import { shortened } from '../../support/long-form.ts';
import { picture } from '../../support/picture.ts';
import { signUp, type TestUser } from '../../support/test-user.ts';
import { startMortalProgram, type Death } from './mortal-program.ts';

const program = await startMortalProgram();

const [BEFORE_COMMIT, AFTER_COMMIT] = [at('before', 'Commit'), at('after', 'Commit')];
const [BEFORE_CREATE, AFTER_CREATE] = [at('before', 'CreateTask'), at('after', 'CreateTask')];

function at(when: Death['when'], call: Death['call']): Death {
  return { when, call };
}

describe('a kill -9', () => {
  test.each(shortened([BEFORE_COMMIT, AFTER_COMMIT, BEFORE_CREATE, AFTER_CREATE], [AFTER_COMMIT]))(
    'in an upload, $when $call, does not keep the photo and its variants from being made',
    async (death) => {
      const posting = await intent();
      await killedInUpload(posting, death);
      await allIsWellLater(posting);
    },
  );

  test('after the reply to an upload does not keep the variants from being made', async () => {
    const posting = await intent();
    await posting.post(await posting.user()).expect(201);
    await program.kill();
    await allIsWellLater(posting);
  });

  test.each(shortened([BEFORE_COMMIT, AFTER_COMMIT], [AFTER_COMMIT]))(
    'in the task, $when $call, does not keep the variants from being made',
    async (death) => {
      const posting = await intent();
      await posting.post(await posting.user()).expect(201);
      const dead = program.dieAt(death);
      await program.cloud.drain();
      await dead;
      await allIsWellLater(posting);
    },
  );

  test.each(shortened([BEFORE_CREATE, AFTER_CREATE, BEFORE_COMMIT, AFTER_COMMIT], [AFTER_CREATE]))(
    'in the sweep of the outbox, $when $call, does not keep the variants from being made',
    async (death) => {
      const posting = await intent();
      await killedInUpload(posting, BEFORE_CREATE);
      const dead = program.dieAt(death);
      await program.startLater();
      await dead;
      await allIsWellLater(posting);
    },
  );
});

describe('a task left in the outbox runs without cron', () => {
  test('after the program was killed and started again', async () => {
    const posting = await intent();
    await killedInUpload(posting, BEFORE_CREATE);
    await program.startAgain();
    await isReadySoon(posting);
  });

  test('after the program was suspended and its call was lost', async () => {
    const posting = await intent();
    const owner = await posting.user();
    const resumed = program.dieAt({ ...BEFORE_CREATE, suspendMs: 6_000 });
    const reply = posting.post(owner).expect(201);
    await Promise.all([resumed, reply]);
    await isReadySoon(posting);
  });
});

let intents = 0;

/** A photo that its owner posts, again with the same key while there is no reply. */
async function intent() {
  const name = `owner-${++intents}`;
  const bytes = await picture({ width: 64, height: 48 });
  const headers = { 'Idempotency-Key': `key-of-${name}` };
  return {
    user: () => signUp(program.url(), name),
    post: (user: TestUser) => user.upload(bytes, { headers }),
  };
}
type Intent = Awaited<ReturnType<typeof intent>>;

async function killedInUpload({ user, post }: Intent, death: Death) {
  const owner = await user();
  const dead = program.dieAt(death);
  await expect(post(owner)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await dead;
}

/** Waits for the two sweeps of the recovery and the decode. The clock of the cloud stands, so no cron job can help. */
async function isReadySoon({ user }: Intent) {
  const owner = await user();
  const state = async () => {
    await program.cloud.drain();
    return (await owner.read('/v1/timeline', TimelinePage)).items[0]?.state;
  };
  await expect.poll(state, { interval: 200 }).toBe('ready');
}

/** Starts the program again and expects one photo with its variants, and an empty outbox. */
async function allIsWellLater({ user, post }: Intent) {
  await program.startLater();
  const owner = await user();
  await post(owner).expect(201);
  await program.cloud.drain();
  const { items } = await owner.read('/v1/timeline', TimelinePage);
  expect(items).toMatchObject([{ state: 'ready' }]);
  const thumb = await fetch(new URL(items[0]!.variants.thumb.url, program.url()));
  expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(await (await fetch(`${program.url()}/metrics`)).text()).toMatch(/^photo_timeline_outbox_oldest_seconds 0$/m);
}
