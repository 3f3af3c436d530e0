import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { sweepOrphans } from '../../src/features/audit/sweep-orphans.cron.ts';
import { manualClock } from '../../src/runtime/clock.ts';
import { PhotoKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import type { PhotoId, UserId } from '../../src/runtime/ids.ts';
import type { Photo } from '../../src/data/model/records.ts';
import { createBlobs } from '../../src/objects/blobs.ts';
import { AuditReply } from '../../src/features/audit/routes.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { tiff } from '../support/tiff.ts';
import { startWorld } from '../support/world.ts';

const DAY = 24 * 3_600_000;

const world = await startWorld();

/** Lets days pass without cron runs, which other tests cover. */
async function days(count: number) {
  await world.cloud.appIsGone();
  await world.advance(count * DAY);
  await world.cloud.appIsAt(world.url);
}

interface Owner extends TestUser {
  id: UserId;
}

async function owner(): Promise<Owner> {
  const user = await world.user();
  return { ...user, id: (await user.read('/v1/me', Me)).id as UserId };
}

async function uploaded(ana: TestUser): Promise<PhotoId> {
  const { body } = await ana.upload(await picture({ width: 64, height: 48 })).expect(201);
  await world.drain();
  return body.photo.id as PhotoId;
}

/** Its smaller sizes come from a preview. */
async function uploadedTiff(ana: TestUser): Promise<PhotoId> {
  const form = ana.post('/v1/photos').attach('image', await tiff(), 'raw.tif');
  const { body } = await form.attach('preview', await picture({ width: 64, height: 48 }), 'raw.jpg').expect(201);
  await world.drain();
  return body.photo.id as PhotoId;
}

/** Runs an audit of everybody; what it says to one user, whose token is older than a day by now. */
async function auditOf({ name }: TestUser) {
  await world.advance(3_600_000);
  expect(await world.cloud.runCron('/cron/audit')).toBe(200);
  await world.drain();
  const { audit } = await (await world.user(name)).read('/v1/me/audit', AuditReply);
  if (audit === null) throw new Error(`There is no audit of ${name}.`);
  return audit;
}

const objectsOf = async ({ id }: Owner) => (await world.objects()).filter((name) => name.includes(`/${id}/`));
const original = ({ id }: Owner, photo: PhotoId) => world.bucket.file(`originals/${id}/${photo}`);
const SOUND = { ok: true, missing: 0, damaged: 0, named: [], remade: 0, removed: 0 };

describe('an audit', () => {
  test('an account has no audit at first, and later one without faults', async () => {
    const ana = await owner();
    await uploaded(ana);
    const second = await uploaded(ana);
    expect((await ana.get('/v1/me/audit').expect(200)).body).toEqual({ audit: null });
    await ana.delete(`/v1/photos/${second}`).expect(204);

    await uploadedTiff(ana);

    const { bytes } = (await ana.read('/v1/me', Me)).usage;
    expect(await auditOf(ana)).toMatchObject({ ...SOUND, photos: 3, bytes });
  });

  test('an audit names photos whose original or preview is missing or differs', async () => {
    const ana = await owner();
    const [sound, missing, damaged] = [await uploaded(ana), await uploaded(ana), await uploaded(ana)];
    const unseen = await uploadedTiff(ana);
    await original(ana, missing).delete();
    await world.bucket.file(`originals/${ana.id}/${unseen}/preview`).delete();
    await original(ana, damaged).save('something else', { resumable: false });

    const { named, ...counts } = await auditOf(ana);
    expect(counts).toMatchObject({ ok: false, photos: 4, missing: 2, damaged: 1 });
    expect(named).toEqual(expect.arrayContaining([missing, unseen, damaged]));
    expect(named).not.toContain(sound);
  });

  test('an audit removes old objects without a photo, and keeps all others', async () => {
    const ana = await owner();
    await uploaded(ana);
    await uploadedTiff(ana);
    const kept = await objectsOf(ana);
    const gone = `originals/${ana.id}/${'0'.repeat(16)}`;
    const left = [gone, `${gone}/preview`, `variants/${ana.id}/${'z'.repeat(16)}/1/thumb.jpg`];
    for (const name of left) await world.bucket.file(name).save('left', { resumable: false });
    expect(await auditOf(ana)).toMatchObject(SOUND);
    expect(await objectsOf(ana)).toEqual([...kept, ...left].sort());

    await days(3);
    expect(await auditOf(ana)).toMatchObject({ ok: true, removed: 3 });
    expect(await objectsOf(ana)).toEqual(kept);
  });

  test('an audit enqueues missing variants', async () => {
    const ana = await owner();
    const photo = await uploaded(ana);
    const before = await objectsOf(ana);
    await world.bucket.deleteFiles({ prefix: `variants/${ana.id}/${photo}/` });
    expect(await auditOf(ana)).toMatchObject({ ok: true, remade: 1 });
    await world.drain();
    expect(await objectsOf(ana)).toEqual(before);
  });

  test('an audit whose tasks are delivered twice keeps the result of the first delivery', async () => {
    const ana = await owner();
    const photo = await uploaded(ana);
    await world.bucket.deleteFiles({ prefix: `variants/${ana.id}/${photo}/` });
    await world.cloud.deliverTwice(true);
    expect(await auditOf(ana)).toMatchObject({ photos: 1, remade: 1 });
    await world.cloud.deliverTwice(false);
  });

  test('an audit of more photos than one range continues in further tasks, and counts each photo once', async () => {
    const ana = await owner();
    const first = await uploaded(ana);
    const key = keyOf(world.datastore, ana.id, PhotoKind, first);
    const [row] = await world.datastore.get(key);
    const photo = PhotoKind.decode(row as Record<string, unknown>, key);
    // Rows alone, as if their originals had been lost: what a million real photos would cost is no test's matter.
    const rows = Array.from({ length: 1200 }, (_, index): Photo => {
      const id = String(index).padStart(16, '0') as PhotoId;
      return { ...photo, id, object: `originals/${ana.id}/${id}` };
    });
    for (let start = 0; start < rows.length; start += 400) {
      const some = rows.slice(start, start + 400);
      await world.datastore.save(
        some.map((each) => toEntity(keyOf(world.datastore, ana.id, PhotoKind, each.id), PhotoKind, each)),
      );
    }
    await world.cloud.deliverTwice(true);
    const { named, ...counts } = await auditOf(ana);
    await world.cloud.deliverTwice(false);
    expect(counts).toMatchObject({ ok: false, photos: 1201, missing: 1200 });
    expect(named).toHaveLength(20);
  });
});

test('files and arguments that a killed process left are deleted when nothing needs them', async () => {
  const { bucket } = world;
  await bucket.file('originals/unclaimed/x').save('x', { resumable: false });
  await bucket.file('deferred/y').save('y', { resumable: false });
  const [{ timeCreated = '' }] = await bucket.file('deferred/y').getMetadata();
  const leftAfter = async (days: number) => {
    const clock = manualClock(Date.parse(timeCreated) + days * DAY);
    await sweepOrphans.run({ bucket, blobs: createBlobs(bucket), clock });
    return (await world.objects()).filter((name) => /unclaimed|deferred/.test(name));
  };
  expect(await leftAfter(2)).toEqual(['deferred/y', 'originals/unclaimed/x']);
  expect(await leftAfter(3)).toEqual(['deferred/y']);
  expect(await leftAfter(61)).toEqual(['deferred/y']);
  expect(await leftAfter(62)).toEqual([]);
});
