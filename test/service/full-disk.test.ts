import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { canMakeDisks, smallDisk } from '../local-cloud/whole/small-disk.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const MINUTE = 60_000;

describe.skipIf(!canMakeDisks)('a full disk (left out where a test may not mount one)', () => {
  test('a full disk refuses every change with 503 and Retry-After, and all goes on when there is room', async () => {
    const disk = await smallDisk();
    const world = await startWorld({ cloud: { dataDir: disk.folder } });
    const ana = await world.user('ana');
    const { id } = (await ana.upload(await picture()).expect(201)).body.photo;
    await world.drain();
    disk.fill();

    // The files of the databases may have a little room left.
    const caption = 'x'.repeat(1_000);
    for (let edits = 0; edits < 20; edits++) await ana.patch(`/v1/photos/${id}`).send({ caption });
    const refusals = [
      await ana.upload(await picture({ width: 60 })),
      await ana.patch(`/v1/photos/${id}`).send({ caption }),
      await ana.patch('/v1/me').send({ displayName: caption.slice(0, 50) }),
      await ana.delete(`/v1/photos/${id}`),
    ];
    for (const { status, headers, body } of refusals) {
      expect([status, body.code, body.retryable]).toEqual([503, 'unavailable', true]);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await ana.get('/v1/timeline').expect(200)).body.items).toHaveLength(1);
    await world.advance(5 * MINUTE);

    disk.makeRoom();
    await world.advance(MINUTE);
    const later = await world.user('ana');
    await later.upload(await picture({ width: 60 })).expect(201);
    await world.drain();
    const { items } = await later.read('/v1/timeline', TimelinePage);
    expect(items.map(({ state }) => state)).toEqual(['ready', 'ready']);
  });
});
