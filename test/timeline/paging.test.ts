import { beforeAll, describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { Problem } from '../../src/http/replies/problem.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

interface Page {
  items: { id: string; takenAt: { local: string } }[];
  next: string | null;
  prev: string | null;
  sequence: number;
}

const DAYS = ['2019-07-03', '2019-07-01', '2019-07-05', '2019-07-02', '2019-07-04'];

let ana: TestUser;
beforeAll(async () => {
  ana = await world.user();
  for (const day of DAYS) await ana.upload(await picture({ takenAt: `${day}T10:00:00`, width: 40, height: 30 }));
});

const page = async (query: string): Promise<Page> => await ana.read(`/v1/timeline?${query}`, TimelinePage);
const days = ({ items }: Page) => items.map(({ takenAt }) => takenAt.local.slice(8, 10)).join(' ');

describe('the timeline', () => {
  test('the timeline is newest first by the time of capture, page by page, to the end and back', async () => {
    const first = await page('limit=2');
    expect([days(first), first.prev]).toEqual(['05 04', null]);
    const second = await page(`limit=2&cursor=${first.next}`);
    const third = await page(`limit=2&cursor=${second.next}`);
    expect([days(second), days(third), third.next]).toEqual(['03 02', '01', null]);

    const back = await page(`limit=2&cursor=${third.prev}`);
    expect(back.items).toEqual(second.items);
    const start = await page(`limit=2&cursor=${back.prev}`);
    expect([days(start), start.prev]).toEqual(['05 04', null]);
  });

  test('by the time of posting is in the order of the uploads', async () => {
    expect(days(await page('order=posted'))).toBe('04 02 05 01 03');
  });

  test('the timeline shows a Link header for the pages around it', async () => {
    const first = await ana.get('/v1/timeline?limit=2').expect(200);
    expect(first.headers['link']).toContain(`cursor=${first.body.next}>; rel="next"`);
    expect(first.headers['link']).not.toContain('rel="prev"');
  });

  test('an unchanged timeline is answered 304, and 200 after the next change', async () => {
    const ben = await world.user();
    const { headers } = await ben.get('/v1/timeline').expect(200);
    const again = () => ben.get('/v1/timeline').set('If-None-Match', headers['etag'] ?? '');
    await again().expect(304);

    await ben.upload(await picture()).expect(201);

    const changed = await again().expect(200);
    expect(changed.body.items).toHaveLength(1);
  });
});

describe('a cursor', () => {
  const refusal = async (user: TestUser, query: string) => {
    const { status, body } = await user.get(`/v1/timeline?${query}`);
    return { status, code: checked(Problem, body).code };
  };

  test('a cursor of another user or another order is a mismatch', async () => {
    const { next } = await page('limit=2');
    const mismatch = { status: 400, code: 'cursor-mismatch' };
    expect(await refusal(await world.user(), `cursor=${next}`)).toEqual(mismatch);
    expect(await refusal(ana, `order=posted&cursor=${next}`)).toEqual(mismatch);
  });

  test('a cursor from before a restart works after it, in both directions', async () => {
    const first = await page('limit=2');
    const restarted = await secondInstance(world);
    const read = async (cursor: string | null): Promise<Page> => {
      const after = await signUp(restarted, ana.name);
      return await after.read(`/v1/timeline?limit=2&cursor=${cursor}`, TimelinePage);
    };
    const second = await read(first.next);
    expect([days(second), days(await read(second.prev))]).toEqual(['03 02', '05 04']);
    expect(await page(`limit=2&cursor=${second.prev}`)).toEqual(first);
  });

  test('a damaged cursor is invalid', async () => {
    const { next } = await page('limit=2');
    const invalid = { status: 400, code: 'cursor-invalid' };
    expect(await refusal(ana, 'cursor=nonsense')).toEqual(invalid);
    expect(await refusal(ana, `cursor=${next?.slice(0, -2)}`)).toEqual(invalid);
  });
});
