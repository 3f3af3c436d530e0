import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

interface Page {
  items: { takenAt: { local: string; offset: string | null } }[];
  next: string | null;
  prev: string | null;
}

/** Posts photos of these times, `2019-10-27T02:50:00+02:00`, in this order. */
async function userWith(times: string[], timeZone = 'UTC'): Promise<TestUser> {
  const user = await world.user();
  await user.patch('/v1/me').send({ timeZone }).expect(200);
  for (const time of times) {
    const offset = /[-+]..:..$/.exec(time)?.[0];
    const takenAt = time.slice(0, 19);
    await user.upload(await picture({ width: 16, height: 16, takenAt, ...(offset && { offset }) })).expect(201);
  }
  return user;
}

const timesOf = ({ items }: Page) => items.map(({ takenAt }) => takenAt.local + (takenAt.offset ?? ''));

const read = async (user: TestUser, query: string): Promise<Page> =>
  await user.read(`/v1/timeline?${query}`, TimelinePage);

/** All times from page to page, and the same on the way back. */
async function walk(user: TestUser): Promise<[there: string[], back: string[]]> {
  let page = await read(user, 'limit=1');
  const there = timesOf(page);
  while (page.next !== null) {
    page = await read(user, `limit=1&cursor=${page.next}`);
    there.push(...timesOf(page));
  }
  const back = timesOf(page);
  while (page.prev !== null) {
    page = await read(user, `limit=1&cursor=${page.prev}`);
    back.push(...timesOf(page));
  }
  return [there, back];
}

const NIGHTS: [zone: string, account: string, times: string[]][] = [
  [
    'Berlin, whatever the account says',
    'UTC',
    [
      '2019-10-27T01:59:00+02:00',
      '2019-10-27T02:50:00+02:00',
      '2019-10-27T02:10:00+01:00',
      '2019-10-27T03:00:00+01:00',
    ],
  ],
  [
    'Chicago, whose offset is New York’s an hour later',
    'UTC',
    [
      '2019-11-03T00:59:00-05:00',
      '2019-11-03T01:50:00-05:00',
      '2019-11-03T01:10:00-06:00',
      '2019-11-03T02:00:00-06:00',
    ],
  ],
  [
    'Lord Howe, by half an hour',
    'Australia/Lord_Howe',
    [
      '2019-04-07T01:29:00+11:00',
      '2019-04-07T01:50:00+11:00',
      '2019-04-07T01:35:00+10:30',
      '2019-04-07T02:00:00+10:30',
    ],
  ],
  [
    'Beirut, from midnight into the day before',
    'Asia/Beirut',
    [
      '2019-10-26T22:59:00+03:00',
      '2019-10-26T23:50:00+03:00',
      '2019-10-26T23:10:00+02:00',
      '2019-10-27T00:00:00+02:00',
    ],
  ],
];

describe('in the night in which clocks go back', () => {
  test.each(NIGHTS)('photos stand by their instants in %s', async (_, account, times) => {
    const [first = '', second = '', third = '', fourth = ''] = times;
    const user = await userWith([third, first, fourth, second], account);
    const newestFirst = times.toReversed();
    expect(await walk(user)).toEqual([newestFirst, times]);
  });

  test('a day has the photos that its clocks show, and a period begins with them', async () => {
    const [, , times] = NIGHTS[3] ?? ['', '', []];
    const user = await userWith(times, 'Asia/Beirut');
    const { body } = await user.get('/v1/timeline/days').expect(200);
    expect(body.months[0].days).toEqual([
      { date: '2019-10-27', count: 1 },
      { date: '2019-10-26', count: 3 },
    ]);
    expect(timesOf(await read(user, 'from=2019-10-26&limit=1'))).toEqual(['2019-10-26T23:10:00+02:00']);
  });

  test('a photo without an offset stands where its clock puts it', async () => {
    const user = await userWith(['2019-10-27T02:59:00', '2019-10-27T02:50:00+02:00', '2019-10-27T02:01:00']);
    const [there] = await walk(user);
    expect(there).toEqual(['2019-10-27T02:59:00', '2019-10-27T02:50:00+02:00', '2019-10-27T02:01:00']);
  });

  test('a photo with an edited time stands by its instant, and in its old place when the edit is taken back', async () => {
    const user = await userWith(['2019-10-27T02:50:00+02:00', '2019-10-27T02:40:00+02:00']);
    const [photo] = (await user.read('/v1/timeline?limit=1', TimelinePage)).items;
    const edit = (takenAt: string | null) => user.patch(`/v1/photos/${photo?.id}`).send({ takenAt }).expect(200);
    await edit('2019-10-27T02:20:00+01:00');
    expect(timesOf(await read(user, ''))).toEqual(['2019-10-27T02:20:00+01:00', '2019-10-27T02:40:00+02:00']);
    await edit('2019-10-27T02:30:00+02:00');
    expect(timesOf(await read(user, ''))).toEqual(['2019-10-27T02:40:00+02:00', '2019-10-27T02:30:00+02:00']);
    await edit(null);
    expect(timesOf(await read(user, ''))).toEqual(['2019-10-27T02:50:00+02:00', '2019-10-27T02:40:00+02:00']);
  });
});
