import * as fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PhoneLibrary } from '../../docs/examples/phone-library.ts';
import { PhotoTimelineClient, type SyncStep } from '../../src/client/index.ts';
import { AlbumsPage, type Album } from '../../src/features/albums/schemas.ts';
import { type ListedPhoto, UploadReply } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const elsewhere = await secondInstance(world, {}, { RATE_LIMITS: 'off' });
const files = await Promise.all(Array.from({ length: 6 }, (_, seed) => picture({ width: 40, height: 30, seed })));
const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-phone-'));
afterAll(() => rm(folder, { recursive: true }));

/** One event: a change of the library by another client, or something on the phone. `at` picks a photo, a page size, a cut. */
const Step = fc.record({
  what: fc.constantFrom(
    ...(['upload', 'edit', 'trash', 'restore', 'erase', 'album', 'unalbum'] as const),
    ...(['read', 'read', 'read', 'cut', 'restart', 'forget'] as const),
  ),
  at: fc.nat(5),
  instance: fc.nat(1),
});
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

/** A phone with the copy of a library that the example of a phone keeps. */
class Phone {
  readonly #client: PhotoTimelineClient;
  readonly #folder: string;
  library: PhoneLibrary;

  constructor(token: string) {
    this.#client = new PhotoTimelineClient({ service: world.url, token });
    this.#folder = join(folder, token.slice(-12));
    this.library = new PhoneLibrary(this.#folder);
  }

  /** Reads to the end, or until `save` throws. */
  async sync(pageSize: number, save = (step: SyncStep) => this.library.save(step)): Promise<void> {
    const copy = { load: () => this.library.load(), save };
    await this.#client.sync(copy, { pageSize }).catch((error: unknown) => {
      if (!(error instanceof Interrupted)) throw error;
    });
  }

  restart(): void {
    this.library.close();
    this.library = new PhoneLibrary(this.#folder);
  }
}

/** Ends a run of sync between two steps, or within one. */
class Interrupted extends Error {}

/** Reads one page and saves it, with another position if one is given. */
const readPage = (phone: Phone, pageSize: number, changed: Partial<SyncStep> = {}) =>
  phone.sync(pageSize, (step) => {
    phone.library.save({ ...step, ...changed });
    throw new Interrupted();
  });

/** Reads a page, and is interrupted after some of its changes: the transaction must undo them. */
const readCutPage = (phone: Phone, upTo: number) =>
  phone.sync(3, (step) => {
    const { changes } = step;
    const last = changes[Math.min(upTo, changes.length - 1)];
    if (last) Object.defineProperty(last, 'type', { get: () => interrupt() });
    phone.library.save(step);
    throw new Interrupted();
  });

function interrupt(): never {
  throw new Interrupted();
}

/** Does something to the library. That it may be impossible (nothing to restore) is part of the game. */
async function write(user: TestUser, { what, at }: Step, ids: string[]): Promise<void> {
  const path = `/v1/photos/${ids[at % ids.length]}`;
  if (what === 'upload') {
    const { body } = await user.upload(files[at] ?? Buffer.of(), { query: at > 3 ? '?duplicates=allow' : '' });
    ids.push(checked(UploadReply, body).photo.id);
  } else if (what === 'edit') await user.patch(path).send({ caption: String(at), archived: at % 2 === 0 });
  else if (what === 'trash') await user.delete(path);
  else if (what === 'restore') await user.post(`${path}/restore`);
  else if (what === 'erase') await user.delete(`/v1/trash/${ids[at % ids.length]}`);
  else if (what === 'album') await addToAlbum(user, ids.slice(at));
  else if (what === 'unalbum') await user.delete(`/v1/albums/${(await albumsOf(user)).keys().next().value}`);
}

async function addToAlbum(user: TestUser, ids: string[]): Promise<void> {
  const { body } = await user.post('/v1/albums').send({ title: 'Harbour' }).expect(201);
  if (ids.length > 0)
    await user
      .post(`/v1/albums/${(body as Album).id}/photos`)
      .send({ ids })
      .expect(200);
}

async function happen(step: Step, users: [TestUser, TestUser], phone: Phone, ids: string[]): Promise<void> {
  const { what, at, instance } = step;
  if (what === 'read') await readPage(phone, at + 1);
  else if (what === 'cut') await readCutPage(phone, at);
  else if (what === 'restart') phone.restart();
  // A position that cannot be read: the library is listed again over what the phone has.
  else if (what === 'forget') await readPage(phone, at + 1, { position: 'damaged' });
  else await write(users[instance] ?? users[0], step, ids);
}

/** Everything outside the trash, by the lists: timeline and archive. */
async function libraryOf(user: TestUser): Promise<Map<string, ListedPhoto>> {
  const lists = await Promise.all(
    [false, true].map((archived) => user.read(`/v1/timeline?limit=200&archived=${archived}`, TimelinePage)),
  );
  const photos = lists.flatMap(({ items }) => items);
  return new Map(photos.map((photo) => [photo.id, photo]));
}

async function albumsOf(user: TestUser): Promise<Map<string, Album>> {
  const { items } = await user.read('/v1/albums?limit=200', AlbumsPage);
  return new Map(items.map((album) => [album.id, album]));
}

test('a phone that applies the feed ends up with the library, whatever happens meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const here = await world.user();
      const users: [TestUser, TestUser] = [here, await signUp(elsewhere, here.name)];
      const phone = new Phone(here.token);
      const ids: string[] = [];
      for (const step of [{ what: 'upload', at: 0, instance: 0 } as const, ...steps]) {
        await happen(step, users, phone, ids);
      }
      await world.drain();
      await phone.sync(3);
      expect(phone.library.photos()).toEqual(await libraryOf(users[1]));
      expect(phone.library.albums()).toEqual(await albumsOf(users[1]));
      phone.library.close();
    }),
    { numRuns: Number(process.env['PHONE_RUNS'] ?? 6), seed: 20_261_121 },
  );
}, 600_000);
