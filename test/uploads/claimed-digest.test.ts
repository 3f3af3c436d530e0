import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OpenedUpload } from '../../src/features/uploads/schemas.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { ChangesPage } from '../../src/features/changes/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { editStoredPhoto, storedFields } from '../support/stored.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { finish, finished, open, send, sendDirect, sha256 } from './phone.ts';

const world = await startWorld();

/** Sends `bytes` and says that they have the digest of `others`. */
async function sendAs(user: TestUser, bytes: Buffer, others: Buffer): Promise<string> {
  const { id, sessionUrl } = await open(user, bytes, { sha256: sha256(others) });
  await send(sessionUrl, bytes);
  return id;
}

const rowOf = async (user: TestUser, photo: string) => {
  const { id } = await user.read('/v1/me', Me);
  return storedFields(world.datastore, ['User', id, 'Photo', photo], { digest: z.string(), sha256: z.string() });
};

describe('the digest that a client claims for a direct upload', () => {
  test('a declared checksum is verified by the task that makes the variants', async () => {
    const ana = await world.user();
    const { photo } = await finished(ana, await sendDirect(ana, await picture()));
    expect((await rowOf(ana, photo.id)).digest).toBe('claimed');

    await world.drain();

    expect((await rowOf(ana, photo.id)).digest).toBe('proved');
  });

  test('a wrong checksum is detected: the photo is removed from every list and the quota, and its owner is told', async () => {
    const ana = await world.user();
    const before = await world.objects();
    const [bytes, others] = [await picture(), await picture()];
    const { token } = await ana.read('/v1/changes?token=latest', ChangesPage);
    const { photo } = await finished(ana, await sendAs(ana, bytes, others));
    await ana.patch(`/v1/photos/${photo.id}`).send({ caption: 'At the lake' }).expect(200);
    await world.cloud.deliverTwice(true);

    await world.drain();
    await world.cloud.deliverTwice(false);

    for (const call of [ana.get(`/v1/photos/${photo.id}`), ana.post(`/v1/photos/${photo.id}/retry`)]) {
      expect(problemOf(await call.expect(410))).toMatchObject({ code: 'gone', reason: 'digest-mismatch' });
    }
    expect((await ana.get('/v1/timeline')).body.items).toEqual([]);
    expect((await ana.get('/v1/timeline/days')).body).toMatchObject({ months: [], total: 0 });
    expect((await ana.get('/v1/me')).body.usage).toMatchObject({ photos: 0, bytes: 0 });
    const { body: known } = await ana.post('/v1/photos/check').send({ sha256: [sha256(bytes), sha256(others)] });
    expect(known.items).toMatchObject([{ status: 'missing' }, { status: 'missing' }]);
    const feed = await ana.get(`/v1/changes?token=${token}`).expect(200);
    expect(feed.body.changes).toMatchObject([{ type: 'delete', id: photo.id, reason: 'digest-mismatch' }]);
    const [event] = (await ana.get('/v1/me/activity')).body.items;
    expect(event).toMatchObject({ kind: 'reject', photo: photo.id });
    expect(await world.objects()).toEqual(before);
  });

  test('a wrong checksum is reported by each repetition of the batch, and the right bytes come by another upload', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    const key = (name: string) => ({ 'Idempotency-Key': name });
    const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: sha256(others) };
    const openIt = () => ana.post('/v1/uploads').set(key('open')).send(wanted);
    const { id: upload, sessionUrl } = checked(OpenedUpload, (await openIt().expect(201)).body);
    await send(sessionUrl, bytes);
    const batch = (headers = {}) =>
      ana
        .post('/v1/photos/batch')
        .set(headers)
        .send({ items: [{ upload }] });
    expect((await batch(key('batch'))).body.results).toMatchObject([{ status: 'created' }]);
    await world.drain();

    for (const headers of [key('batch'), {}, {}]) {
      const [{ status, problem }] = (await batch(headers).expect(200)).body.results;
      expect([status, problem.code, problem.retryable]).toEqual(['failed', 'digest-mismatch', undefined]);
    }
    expect(problemOf(await openIt().expect(410)).code).toBe('gone');
    const again = await finished(ana, await sendDirect(ana, others));
    expect(again.status).toBe('created');
    await world.drain();
    expect((await ana.get(`/v1/photos/${again.photo.id}`).expect(200)).body.state).toBe('ready');
  });

  test('a wrong checksum is reported for each upload that was called a duplicate', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    const { photo } = await finished(ana, await sendAs(ana, bytes, others));
    const twin = await sendAs(ana, bytes, others);
    expect(await finish(ana, twin)).toMatchObject({ status: 'duplicate', photo: { id: photo.id } });
    const right = await finished(ana, await sendDirect(ana, others));
    expect(right.status).toBe('created');

    await world.drain();

    expect(await finish(ana, twin)).toMatchObject({ status: 'failed', problem: { code: 'digest-mismatch' } });
    expect((await ana.get('/v1/timeline')).body.items).toMatchObject([{ id: right.photo.id, state: 'ready' }]);
  });

  test('a wrong checksum is also detected in the trash, and by a request for a picture before the task has run', async () => {
    const ana = await world.user();
    const [thrown, seen] = [await picture(), await picture()];
    const { photo: inTrash } = await finished(ana, await sendAs(ana, thrown, await picture()));
    const { photo: shown } = await finished(ana, await sendAs(ana, seen, await picture()));
    await ana.delete(`/v1/photos/${inTrash.id}`).expect(204);

    const problem = problemOf(await ana.get(`/v1/photos/${shown.id}/image/thumb`).expect(410));
    expect(problem).toMatchObject({ code: 'gone', reason: 'digest-mismatch' });
    await ana.get(`/v1/photos/${shown.id}`).expect(410);
    await world.drain();

    await ana.post(`/v1/photos/${inTrash.id}/restore`).expect(410);
    expect((await ana.get('/v1/trash')).body.items).toEqual([]);
    expect((await ana.get('/v1/me')).body.usage).toMatchObject({ photos: 0, bytes: 0 });
  });

  test('a wrong checksum changes nothing for a photo that its owner has erased meanwhile', async () => {
    const ana = await world.user();
    const { photo } = await finished(ana, await sendAs(ana, await picture(), await picture()));
    await ana.delete(`/v1/photos/${photo.id}`).expect(204);
    await ana.delete(`/v1/trash/${photo.id}`).expect(204);

    await world.drain();

    await ana.get(`/v1/photos/${photo.id}`).expect(404);
    const { changes } = await ana.read('/v1/changes', ChangesPage);
    expect(changes).toEqual([]);
    const [event] = (await ana.get('/v1/me/activity')).body.items;
    expect(event).toMatchObject({ kind: 'erase' });
  });

  test('a checksum that an earlier version found wrong and overwrote is not repaired by a retry', async () => {
    const ana = await world.user();
    const { photo } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body);
    await world.drain();
    const { id } = await ana.read('/v1/me', Me);
    const processing = {
      attempts: 1,
      lastError: 'digest-mismatch: The bytes have another sha256.',
      nextAttemptAt: null,
    };
    const stored = { user: id, photo: photo.id };
    await editStoredPhoto(world.datastore, stored, { state: 'failed', processing }, { state: 'failed' });

    const problem = problemOf(await ana.post(`/v1/photos/${photo.id}/retry`).expect(422));
    await world.drain();

    expect(problem.code).toBe('digest-mismatch');
    expect(problem).not.toHaveProperty('retryable');
    expect((await ana.get(`/v1/photos/${photo.id}`).expect(200)).body.state).toBe('failed');
  });

  test('a wrong checksum hides no bytes that really have it, even before it is detected', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    const { photo } = await finished(ana, await sendAs(ana, bytes, others));

    const front = await ana.upload(others).expect(201);
    await world.drain();

    expect(front.body.photo.id).not.toBe(photo.id);
    expect((await ana.upload(others).expect(200)).body.photo.id).toBe(front.body.photo.id);
    expect((await ana.upload(bytes).expect(201)).body.status).toBe('created');
  });

  test('a checksum of bytes that are stored already is refused for other bytes, and nothing is kept', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    await ana.upload(others).expect(201);
    await world.drain();
    const before = await world.objects();

    const refused = await finish(ana, await sendAs(ana, bytes, others));

    expect(refused).toMatchObject({ status: 'failed', problem: { code: 'digest-mismatch' } });
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });
});
