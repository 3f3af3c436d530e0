import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ListedPhoto, UploadReply } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { apply, newPhone, readFeed, sync, type Phone } from './phone.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const elsewhere = await secondInstance(world, {}, { RATE_LIMITS: 'off' });
const files = await Promise.all(Array.from({ length: 6 }, (_, seed) => picture({ width: 40, height: 30, seed })));

/** One event: a change of the library by another client, or something on the phone. `at` picks a photo, a page size, a cut. */
const Step = fc.record({
  what: fc.constantFrom('upload', 'edit', 'trash', 'restore', 'erase', 'read', 'read', 'read', 'cut', 'restart'),
  at: fc.nat(5),
  instance: fc.nat(1),
});
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

/** What the phone has on its disk, and what it has in memory since. */
interface Device {
  disk: Phone;
  memory: Phone;
}

const copyOf = ({ photos, albums, token }: Phone): Phone => ({
  photos: new Map(photos),
  albums: new Map(albums),
  token,
});

/** Does something to the library. That it may be impossible (nothing to restore) is part of the game. */
async function write(user: TestUser, { what, at }: Step, ids: string[]): Promise<void> {
  const path = `/v1/photos/${ids[at % ids.length]}`;
  if (what === 'upload') {
    const { body } = await user.upload(files[at] ?? Buffer.of(), { query: at > 3 ? '?duplicates=allow' : '' });
    ids.push(checked(UploadReply, body).photo.id);
  } else if (what === 'edit') await user.patch(path).send({ caption: String(at), archived: at % 2 === 0 });
  else if (what === 'trash') await user.delete(path);
  else if (what === 'restore') await user.post(`${path}/restore`);
  else await user.delete(`/v1/trash/${ids[at % ids.length]}`);
}

/** Reads a page and applies `upTo` of its changes. At the end of the page the phone writes everything to the disk. */
async function readPage({ disk, memory }: Device, user: TestUser, limit: number, upTo = Infinity): Promise<void> {
  const page = await readFeed(user, memory.token, limit);
  for (const change of page.changes.slice(0, upTo)) apply(memory, change);
  if (upTo < page.changes.length) return;
  memory.token = page.token;
  Object.assign(disk, copyOf(memory));
}

async function happen(step: Step, users: [TestUser, TestUser], device: Device, ids: string[]): Promise<void> {
  const { what, at, instance } = step;
  const user = users[instance] ?? users[0];
  if (what === 'read') await readPage(device, user, at + 1);
  else if (what === 'cut') await readPage(device, user, 3, at % 3);
  else if (what === 'restart') device.memory = copyOf(device.disk);
  else await write(user, step, ids);
}

/** Everything outside the trash, by the lists: timeline and archive. */
async function libraryOf(user: TestUser): Promise<Map<string, ListedPhoto>> {
  const lists = await Promise.all(
    [false, true].map((archived) => user.read(`/v1/timeline?limit=200&archived=${archived}`, TimelinePage)),
  );
  const photos = lists.flatMap(({ items }) => items);
  return new Map(photos.map((photo) => [photo.id, photo]));
}

test('a phone that applies the feed ends up with the library, whatever happens meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const here = await world.user();
      const users: [TestUser, TestUser] = [here, await signUp(elsewhere, here.name)];
      const device = { disk: newPhone(), memory: newPhone() };
      const ids: string[] = [];
      for (const step of [{ what: 'upload', at: 0, instance: 0 } as const, ...steps]) {
        await happen(step, users, device, ids);
      }
      await world.drain();
      await sync(device.memory, here, 3);
      expect(device.memory.photos).toEqual(await libraryOf(users[1]));
    }),
    { numRuns: Number(process.env['PHONE_RUNS'] ?? 6), seed: 20_261_121 },
  );
}, 600_000);
