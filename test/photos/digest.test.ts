import { createHash } from 'node:crypto';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Me } from '../../src/features/accounts/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { storedFields } from '../support/stored.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes);
const header = (bytes: Buffer) => ({ 'Repr-Digest': `sha-512=:AAAA:, sha-256=:${sha256(bytes).digest('base64')}:` });

describe('a digest that comes with an upload', () => {
  test('as the header Repr-Digest is checked, and comes back with the original', async () => {
    const ana = await world.user();
    const bytes = await picture();

    const { body } = await ana.upload(bytes, { headers: header(bytes) }).expect(201);

    expect(body.photo.sha256).toBe(sha256(bytes).digest('hex'));
    const original = await request(world.url).get(body.photo.original.url).expect(200);
    expect(header(bytes)['Repr-Digest']).toContain(original.headers['repr-digest']);
  });

  test.each([
    ['of other bytes', header(Buffer.from('other')), 422, 'digest-mismatch'],
    ['of an unknown algorithm', { 'Repr-Digest': 'sha-512=:AAAA:' }, 400, 'invalid-request'],
    ['that is none', { 'Repr-Digest': 'sha-256=:AAAA:' }, 400, 'invalid-request'],
  ])('as a header %s is refused, and nothing is kept', async (_, headers, status, code) => {
    const ana = await world.user();
    const before = await world.objects();

    const problem = problemOf(await ana.upload(await picture(), { headers }).expect(status));

    expect(problem.code).toBe(code);
    expect(await world.objects()).toEqual(before);
    expect((await ana.get('/v1/timeline')).body.items).toEqual([]);
  });

  test('a digest that comes with an upload counts in both places: a right field does not excuse a wrong header', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const fields = { sha256: sha256(bytes).digest('hex') };
    await ana.upload(bytes, { fields, headers: header(Buffer.from('other')) }).expect(422);
    await ana.upload(bytes, { fields, headers: header(bytes) }).expect(201);
  });
});

test('the checksums that the bucket reports are kept with the photo', async () => {
  const ana = await world.user();
  const { body } = await ana.upload(await picture()).expect(201);
  const { id: user } = await ana.read('/v1/me', Me);

  const path = ['User', user, 'Photo', body.photo.id as string];
  const photo = await storedFields(world.datastore, path, { object: z.string() });
  const [{ crc32c, md5Hash }] = await world.bucket.file(photo.object).getMetadata();
  expect(photo).toMatchObject({ crc32c, md5: md5Hash, digest: 'proved' });
});
