import { beforeAll, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { throughClient } from '../bench/load-target.ts';
import { loadPhotos } from '../bench/many-photos.ts';
import { shortened } from '../support/long-form.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const PHOTOS = shortened(2000, 600);
const JULY = { first: Date.parse('2019-07-01'), last: Date.parse('2019-07-31') };

const world = await startWorld();

async function userWith(span: { first: number; last: number }): Promise<TestUser> {
  const user = await world.user();
  await loadPhotos(throughClient(world.datastore), user.name, PHOTOS, span);
  return user;
}

const read = async (user: TestUser, path: string) => await user.read(path, TimelinePage);

async function walk(user: TestUser): Promise<TimelinePage['items']> {
  const items: TimelinePage['items'] = [];
  for (let next: string | null | undefined; next !== null;) {
    const page = await read(user, `/v1/timeline?limit=150${next ? `&cursor=${next}` : ''}`);
    items.push(...page.items);
    ({ next } = page);
  }
  return items;
}

let ana: TestUser;
beforeAll(async () => {
  ana = await userWith(JULY);
});

test.each([
  ['a month', () => ana],
  ['a single moment', () => userWith({ first: JULY.first, last: JULY.first })],
])(
  `${PHOTOS} photos of %s are paged like any others: each once, in order, as the days count them`,
  async (_what, of) => {
    const user = await of();
    const items = await walk(user);
    expect(new Set(items.map(({ id }) => id)).size).toBe(PHOTOS);
    expect(items).toHaveLength(PHOTOS);
    const times = items.map(({ takenAt }) => takenAt.local);
    expect(times).toEqual(times.toSorted().toReversed());
    const { body } = await user.get('/v1/timeline/days').expect(200);
    expect(body).toMatchObject({ total: PHOTOS, months: [{ month: '2019-07', count: PHOTOS }] });
  },
);

test('a list is 200 photos long at the most, however many are wished for, and never none', async () => {
  const { items } = await read(ana, '/v1/timeline?limit=200');
  for (let first = 0; first < 200; first += 50) {
    const ids = items.slice(first, first + 50).map(({ id }) => id);
    await ana.post('/v1/photos/batch/trash').send({ ids }).expect(200);
  }
  const [another] = (await read(ana, '/v1/timeline?limit=1')).items;
  await ana.delete(`/v1/photos/${another?.id}`).expect(204);

  for (const list of ['/v1/timeline', '/v1/trash']) {
    for (const limit of ['1000000000', '1e9', '201']) {
      const page = await read(ana, `${list}?limit=${limit}`);
      expect([page.items.length, page.next]).toEqual([200, expect.any(String)]);
    }
    for (const limit of ['0', '-1', '1.5', 'all']) {
      const problem = problemOf(await ana.get(`${list}?limit=${limit}`).expect(400));
      expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/limit' }] });
    }
  }
});
