import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const PHOTOS = 10;

const world = await startWorld();

const day = fc.integer({ min: 1, max: 28 });
const event = fc.record({
  what: fc.constantFrom('post', 'date', 'trash', 'archive', 'favourite'),
  photo: fc.nat(PHOTOS - 1),
  day,
});
const walks = fc.record({
  days: fc.array(day, { minLength: PHOTOS, maxLength: PHOTOS }),
  limit: fc.integer({ min: 1, max: 4 }),
  order: fc.constantFrom('taken', 'posted'),
  // One after each page that is read, to photos that it happens to once.
  events: fc.uniqueArray(event, { minLength: 5, maxLength: PHOTOS, selector: ({ photo }) => photo }),
});

interface Page {
  items: { id: string }[];
  next: string | null;
  prev: string | null;
}

const timeOf = (day: number) => `2019-07-${String(day).padStart(2, '0')}T10:00:00`;
const idsOf = ({ items }: Page) => items.map(({ id }) => id);

async function post(user: TestUser, day: number): Promise<string> {
  const bytes = await picture({ takenAt: timeOf(day), width: 16, height: 16 });
  return (await user.upload(bytes).expect(201)).body.photo.id as string;
}

/** What happens to one of the photos, or to the user. */
async function happen(user: TestUser, id: string, { what, day }: { what: string; day: number }): Promise<void> {
  if (what === 'post') return void (await post(user, day));
  if (what === 'trash') return void (await user.delete(`/v1/photos/${id}`).expect(204));
  const edit =
    what === 'date' ? { takenAt: timeOf(day) } : what === 'archive' ? { archived: true } : { favourite: true };
  await user.patch(`/v1/photos/${id}`).send(edit).expect(200);
}

test('a walk to the end and back meets every photo that stays in its place exactly once, whatever happens meanwhile', async () => {
  const walk = fc.asyncProperty(walks, async ({ days, limit, order, events }) => {
    const user = await world.user();
    const ids: string[] = [];
    for (const taken of days) ids.push(await post(user, taken));
    const staysWith = (what: string) => ['post', 'favourite', ...(order === 'posted' ? ['date'] : [])].includes(what);
    const moved = new Set(events.filter(({ what }) => !staysWith(what)).map(({ photo }) => ids[photo]));
    const stayed = ids.filter((id) => !moved.has(id));
    const met = (pages: Page[]) => pages.flatMap(idsOf).filter((id) => stayed.includes(id));

    const left = events.values();
    const read = async (cursor?: string): Promise<Page> => {
      const query = `limit=${limit}&order=${order}${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await user.get(`/v1/timeline?${query}`).expect(200);
      const { value } = left.next();
      if (value) await happen(user, ids[value.photo] ?? '', value);
      return body as Page;
    };
    const there = [await read()];
    for (let cursor; (cursor = there.at(-1)?.next);) there.push(await read(cursor));
    const back = there.slice(-1);
    for (let cursor; (cursor = back[0]?.prev);) back.unshift(await read(cursor));

    expect(met(there).toSorted()).toEqual(stayed.toSorted());
    expect(met(back)).toEqual(met(there));
  });
  await fc.assert(walk, { numRuns: 8, seed: 5 });
});
