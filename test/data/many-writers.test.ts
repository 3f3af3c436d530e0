import type { Response, Test } from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { newPhone, readFeed, sync } from '../changes/phone.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { commitsOf } from '../support/stored.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld, type World } from '../support/world.ts';

const PHOTOS = 100;

let files: Buffer[];
beforeAll(async () => {
  files = await Promise.all(
    Array.from({ length: PHOTOS }, (_, seed) => picture({ width: 40, height: 30, seed: seed + 1 })),
  );
});

const commitsBy = async ({ datastore }: World, user: TestUser) =>
  commitsOf(datastore, (await user.read('/v1/me', Me)).id);

/**
 * Asks until a change is stored. Two instances contend for one user: the commits of one may fail for seconds, on a slow
 * machine above all. Such a refusal says that nothing was stored and that the client may ask again.
 */
async function stored(status: number, ask: () => Test): Promise<Response> {
  for (;;) {
    const reply = await ask();
    if (reply.status === status) return reply;
    expect(problemOf(reply)).toMatchObject({ code: 'busy', retryable: true });
    expect(reply.headers['retry-after']).toBe('1');
  }
}

/** Sends all files over so many connections; returns the ids that were acknowledged. */
async function sendAll(user: TestUser, connections: number): Promise<string[]> {
  const waiting = [...files];
  const ids: string[] = [];
  const connection = async () => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      const bytes = file;
      const { body } = await stored(201, () => user.upload(bytes));
      ids.push(checked(UploadReply, body).photo.id);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return ids;
}

describe('one user with several phones', async () => {
  const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
  const elsewhere = await secondInstance(world);

  test('one user with several phones loses no photo and no edit when one sends a hundred and another edits them meanwhile', async () => {
    const first = await world.user();
    const second = await signUp(elsewhere, first.name);
    const edited = new Map<string, string>();
    const firstPhone = { sends: true };

    async function editWhatAppears(): Promise<void> {
      for (let token: string | undefined; firstPhone.sends;) {
        const page = await readFeed(second, token, 5);
        ({ token } = page);
        const fresh = page.changes.flatMap((change) => ('photo' in change ? [change.photo] : []));
        for (const { id, revision } of fresh.filter(({ id }) => !edited.has(id))) {
          const caption = `seen by the second phone as ${revision}`;
          const edit = () => second.patch(`/v1/photos/${id}`).set('If-Match', `"${revision}"`).send({ caption });
          await stored(200, edit);
          edited.set(id, caption);
        }
      }
    }
    const editing = editWhatAppears();
    const sent = await sendAll(first, 8).finally(() => (firstPhone.sends = false));
    await editing;

    const phone = newPhone();
    await sync(phone, first, 200);
    expect(new Set(phone.photos.keys())).toEqual(new Set(sent));
    expect(edited.size).toBeGreaterThan(5);
    for (const [id, caption] of edited) expect(phone.photos.get(id)).toMatchObject({ caption, revision: 2 });
    expect((await second.get('/v1/me').expect(200)).body.usage.photos).toBe(PHOTOS);
    expect((await second.get('/v1/timeline/days').expect(200)).body.total).toBe(PHOTOS);
  });

  test('one user with several phones fails only the requests that are at fault among those that are folded together', async () => {
    const user = await world.user();
    const { body } = await user.upload(files[0] ?? Buffer.of()).expect(201);
    const id = checked(UploadReply, body).photo.id;
    const before = await commitsBy(world, user);
    const edits = Array.from({ length: 6 }, () => [
      user.patch(`/v1/photos/${id}`).send({ favourite: true }),
      user.patch(`/v1/photos/${'A'.repeat(16)}`).send({ favourite: true }),
      user.patch(`/v1/photos/${id}`).set('If-Match', '"99"').send({ favourite: false }),
    ]);
    const statuses = (await Promise.all(edits.flat())).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 6 }, () => [200, 404, 412]).flat());
    expect((await user.get(`/v1/photos/${id}`)).body).toMatchObject({ favourite: true, revision: 7 });
    expect((await commitsBy(world, user)) - before).toBeLessThan(6);
  });
});

describe('a database that takes one commit a second of a user', async () => {
  const world = await startWorld({ env: { RATE_LIMITS: 'off' }, cloud: { groupRate: 1 } });

  test('a database that takes one commit a second of a user takes a burst of a hundred photos in a few commits', async () => {
    const user = await world.user();
    const sent = await sendAll(user, PHOTOS);
    expect(new Set(sent).size).toBe(PHOTOS);
    expect((await user.get('/v1/timeline?limit=200').expect(200)).body.items).toHaveLength(PHOTOS);
    expect(await commitsBy(world, user)).toBeLessThan(12);
  });
});
