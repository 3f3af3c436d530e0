import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Photo } from '../../src/features/photos/schemas.ts';
import { Limits } from '../../src/features/service/limits-route.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { MadeToken } from '../../src/features/tokens/schemas.ts';
import { GrantedUpload, Grants } from '../../src/features/upload-grants/schemas.ts';
import { loadKeys, parseKeys } from '../../src/signing/keys.ts';
import { readUploadGrant, writeUploadGrant, type UploadGrant } from '../../src/signing/upload-grant.ts';
import { checked } from '../support/checked.ts';
import { countedDatastore } from '../support/counted-datastore.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { cutAfter, putFile, type PutReply } from './put-file.ts';

const MAX_BYTES = 400_000;
const KIB_64 = 64 * 1024;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const world = await startWorld({ env: { MAX_UPLOAD_BYTES: String(MAX_BYTES), QUOTA_BYTES: '900000' } });
const line = await countedDatastore(world.cloud.endpoints.datastore);
const there = await secondInstance(world, { datastore: line.endpoint });

/** Five pieces of 64 KiB and a rest. */
let file: Buffer;

beforeAll(async () => {
  file = await picture({ bytes: 5 * KIB_64 + 1000 });
});

async function grantsOf(user: Pick<TestUser, 'post'>, body: object = { count: 1 }) {
  const { grants } = checked(Grants, (await user.post('/v1/upload-grants').send(body).expect(201)).body);
  return grants;
}

const grantOf = async (user: Pick<TestUser, 'post'>) => (await grantsOf(user))[0]?.url ?? '';

const photosOf = async (user: TestUser) => (await user.read('/v1/timeline?fields=all', TimelinePage)).items;

/** What a reply says, in its body and in its headers alike. */
function outcomeOf({ status, headers, body }: PutReply): [number, z.infer<typeof GrantedUpload>] {
  const upload = checked(GrantedUpload, body);
  expect([headers['photo-id'], headers['photo-status']]).toEqual([upload.id, upload.status]);
  return [status, upload];
}

const refusalOf = (reply: PutReply) => `${reply.status} ${problemOf(reply).code}`;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

describe('an upload by grant', () => {
  test('the body of one PUT becomes a photo with name, caption and time of its headers', async () => {
    const ana = await world.user();
    const [{ url, expiresAt } = { url: '', expiresAt: '' }] = await grantsOf(ana, { count: 2, days: 3 });
    expect(expiresAt).toBe(new Date(world.clock.now() + 3 * DAY).toISOString());
    const reply = await putFile(url, file, {
      headers: {
        'Content-Type': 'image/heic',
        'File-Name': "UTF-8'en'na%C3%AFve%20%E2%82%AC.jpg",
        Caption: "utf-8''At%20the%20%F0%9F%8C%8A",
        'Taken-At': '2019-07-01T10:00:00+02:00',
        'Repr-Digest': `sha-256=:${sha256(file).toString('base64')}:`,
        'Content-Digest': `sha-256=:${sha256(file).toString('base64')}:`,
      },
    });
    const [status, { id }] = outcomeOf(reply);
    expect([status, reply.headers.location]).toEqual([201, `/v1/photos/${id}`]);
    const photo = await ana.read(`/v1/photos/${id}`, Photo);
    expect(photo).toMatchObject({
      fileName: 'naïve €.jpg',
      caption: 'At the 🌊',
      takenAt: { local: '2019-07-01T10:00:00', offset: '+02:00', source: 'user' },
      type: 'image/jpeg',
      sha256: sha256(file).toString('hex'),
    });
    expect(await world.bytesAt(photo.original.url)).toEqual(file);
  });

  test('a grant is used once: the same file again gets 201, another file 200 with the first photo', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const first = outcomeOf(await putFile(url, file));
    const again = await putFile(url, file, { chunked: true });
    expect([outcomeOf(again), again.headers['idempotent-replayed']]).toEqual([first, 'true']);
    for (const other of [await picture(), Buffer.from('no picture at all'), Buffer.alloc(0)]) {
      expect(outcomeOf(await putFile(url, other))).toEqual([200, first[1]]);
    }
    const [photo, ...more] = await photosOf(ana);
    expect([photo?.id, more]).toEqual([first[1].id, []]);
    const duplicate = outcomeOf(await putFile(await grantOf(ana), file));
    expect(duplicate).toEqual([200, { id: photo?.id, status: 'duplicate' }]);
    await ana.delete(`/v1/photos/${photo?.id}`).expect(204);
    expect(outcomeOf(await putFile(await grantOf(ana), file))).toEqual([200, { id: photo?.id, status: 'restored' }]);
  });

  test('five uploads at once by one grant leave one photo, and all get it', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const objects = await world.objects();
    const files = [file, file, file, await picture({ bytes: 1000 }), await picture({ bytes: 1000 })];
    const replies = await Promise.all(files.map((each) => putFile(url, each)));
    const [photo, ...more] = await photosOf(ana);
    expect(more).toEqual([]);
    const same = files.map((each) => sha256(each).toString('hex') === photo?.sha256);
    expect(replies.map(outcomeOf)).toEqual(
      same.map((isSame) => [isSame ? 201 : 200, { id: photo?.id, status: 'created' }]),
    );
    await world.drain();
    expect((await world.objects()).filter((name) => name.startsWith('originals/'))).toHaveLength(
      objects.filter((name) => name.startsWith('originals/')).length + 1,
    );
  });

  test('an upload that is cut at any 64 KiB leaves nothing, and the next one by the same grant counts', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const objects = await world.objects();
    for (let sent = KIB_64; sent < file.length; sent += KIB_64) {
      const noticed = world.logged('The client has gone before its answer');
      await cutAfter(url, file, sent);
      const line = await noticed;
      expect(line).toContain('upload-aborted');
      expect(line).not.toContain(url.split('/').at(-1));
    }
    expect([await world.objects(), await photosOf(ana)]).toEqual([objects, []]);
    expect(outcomeOf(await putFile(url, file))).toMatchObject([201, { status: 'created' }]);
  });

  test('curl -T uploads to a grant, also again after it was cut', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const path = join(tmpdir(), `grant-${ana.name}.jpg`);
    await writeFile(path, file);
    const curl = async (...more: string[]) =>
      (await promisify(execFile)('curl', ['-sS', '-T', path, '-w', '%{http_code}', '-o', path + '.out', ...more, url]))
        .stdout;
    const noticed = world.logged('The client has gone before its answer');
    // 28: the time is over. At this rate a fifth of the file is on its way by then.
    await expect(curl('--limit-rate', '60k', '--max-time', '1')).rejects.toMatchObject({ code: 28 });
    await noticed;
    expect(await photosOf(ana)).toEqual([]);
    expect([await curl('-H', 'File-Name: a.jpg'), await curl()]).toEqual(['201', '201']);
    expect(await photosOf(ana)).toMatchObject([{ fileName: 'a.jpg' }]);
    // curl -C sends the rest of a file.
    expect(await curl('-C', '1000')).toBe('400');
  });

  test('a body that cannot become a photo gets a final status, and leaves nothing', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const objects = await world.objects();
    const large = Buffer.concat([file, Buffer.alloc(MAX_BYTES)]);
    const whole = await picture();
    const wrong = `sha-256=:${sha256(whole).toString('base64')}:`;
    const refused: [string, Promise<PutReply>][] = [
      ['413 file-too-large', putFile(url, large)],
      ['413 file-too-large', putFile(url, large, { chunked: true })],
      ['415 unsupported-image', putFile(url, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'.repeat(9)))],
      ['415 unsupported-media-type', putFile(url, file, { headers: { 'Content-Encoding': 'gzip' } })],
      ['400 file-empty', putFile(url, Buffer.alloc(0))],
      ['422 damaged-image', putFile(url, whole.subarray(0, 2000))],
      ['422 digest-mismatch', putFile(url, file, { headers: { 'Content-Digest': wrong } })],
      ['422 digest-mismatch', putFile(url, file, { headers: { 'Repr-Digest': wrong } })],
      ['400 invalid-request', putFile(url, file, { headers: { 'Content-Digest': 'md5=:aaaa:' } })],
      ['400 invalid-request', putFile(url, file, { headers: { 'Content-Range': 'bytes 5-9/10' } })],
      ['400 invalid-request', putFile(url, file, { headers: { 'Taken-At': 'yesterday' } })],
      ['400 invalid-request', putFile(url, file, { headers: { Caption: "iso-8859-1''a%E4" } })],
      ['400 invalid-request', putFile(url, file, { headers: { 'File-Name': "UTF-8''%ff.jpg" } })],
      ['400 invalid-request', putFile(url, file, { headers: { Caption: 'Ã¤' } })],
    ];
    for (const [expected, reply] of refused) expect(refusalOf(await reply)).toBe(expected);
    expect([await world.objects(), await photosOf(ana)]).toEqual([objects, []]);
    for (let count = 0; count < 2; count++) {
      outcomeOf(await putFile(await grantOf(ana), await picture({ bytes: 380_000 })));
    }
    expect(refusalOf(await putFile(url, file))).toBe('507 quota-exceeded');
  });

  test('a body of another length than announced becomes no photo', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const whole = await picture();
    const noticed = world.logged('The client has gone before its answer');
    // The client announces more than it sends, and ends the connection as if it were done.
    await cutAfter(url, Buffer.concat([whole, Buffer.alloc(1000)]), whole.length);
    await noticed;
    const short = await putFile(url, whole.subarray(0, -1000), { headers: { 'Content-Length': whole.length - 1000 } });
    expect(refusalOf(short)).toBe('422 damaged-image');
    expect(await photosOf(ana)).toEqual([]);
    expect(outcomeOf(await putFile(url, whole, { chunked: true }))[0]).toBe(201);
  });
});

describe('a grant', () => {
  test('a grant ends at its time, and its photo is told for a week more, whatever the clocks do meanwhile', async () => {
    const ana = await world.user();
    const [used, unused] = (await grantsOf(ana, { count: 2, days: 14 })).map(({ url }) => url) as [string, string];
    await world.step(HOUR);
    const first = outcomeOf(await putFile(used, file));
    await world.step(-2 * HOUR);
    expect(outcomeOf(await putFile(used, file))).toEqual(first);
    await world.step(HOUR);
    await world.cloud.appIsGone();
    await world.advance(14 * DAY);
    expect(refusalOf(await putFile(unused, file))).toBe('410 gone');
    await world.cloud.appIsAt(world.url);
    await world.advance(7 * DAY - HOUR);
    expect(outcomeOf(await putFile(used, file))).toEqual(first);
    await world.advance(HOUR);
    expect(refusalOf(await putFile(used, file))).toBe('410 gone');
  });

  test('a foreign or changed grant is not found, and costs no lookup', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    const [, text = ''] = /by-grant\/(.*)$/.exec(url) ?? [];
    const grant = readUploadGrant(await loadKeys(world), text) as UploadGrant;
    const other = await world.user();
    const otherGrant = readUploadGrant(await loadKeys(world), (await grantOf(other)).split('/').at(-1) ?? '');
    const foreign = writeUploadGrant(parseKeys('a key of another service of 32 characters'), grant);
    const changed = text.replace(grant.user, otherGrant?.user ?? '');
    for (const bad of [foreign, changed, text.slice(0, -1), `${text}A`, 'x', 'x'.repeat(2000)]) {
      line.taken();
      const reply = await putFile(`${there}/v1/photos/by-grant/${bad}`, file);
      expect([refusalOf(reply), line.taken().calls]).toEqual(['404 not-found', []]);
    }
    // Only its own user counts: other credentials are not read.
    const headers = { Authorization: `Bearer ${other.token}` };
    expect(outcomeOf(await putFile(url, file, { headers }))[0]).toBe(201);
    expect([(await photosOf(ana)).length, (await photosOf(other)).length]).toEqual([1, 0]);
  });

  test('two hundred grants cost one lookup and store nothing, and more are refused', async () => {
    const ana = await world.user();
    const limits = checked(Limits, (await request(world.url).get('/v1/limits').expect(200)).body);
    expect([limits.maxGrants, limits.maxGrantSeconds]).toEqual([200, (14 * DAY) / 1000]);
    const at = (body: object) =>
      request(there).post('/v1/upload-grants').set('Authorization', `Bearer ${ana.token}`).send(body);
    await request(there).get('/v1/me').set('Authorization', `Bearer ${ana.token}`).expect(200);
    line.taken();
    const { grants } = checked(Grants, (await at({ count: 200 }).expect(201)).body);
    expect(line.taken()).toEqual({ calls: ['Lookup'], reads: 1, writes: 0, deletes: 0 });
    expect(new Set(grants.map(({ url }) => url)).size).toBe(200);
    for (const body of [
      { count: 201 },
      { count: 0 },
      { count: 1, days: 15 },
      { count: 1, days: 0 },
      {},
      { count: 1.5 },
    ]) {
      await at(body).expect(400);
    }
  });

  test('the end of all sessions ends all grants, and so does the end of the account', async () => {
    const ana = await world.user();
    const url = await grantOf(ana);
    await ana.delete('/v1/sessions').expect(204);
    expect(refusalOf(await putFile(url, file))).toBe('410 gone');
    const next = await grantOf(ana);
    expect(outcomeOf(await putFile(next, file))[0]).toBe(201);
    await ana.delete('/v1/me').expect(202);
    expect(refusalOf(await putFile(next, file))).toBe('410 account-erased');
  });

  test('a grant of a personal token ends with the token', async () => {
    const ana = await world.user();
    const end = new Date(world.clock.now() + DAY).toISOString();
    const ask = { name: 'Phone', scopes: ['upload'], expiresAt: end };
    const { id, token } = checked(MadeToken, (await ana.post('/v1/tokens').send(ask).expect(201)).body);
    const byToken = { post: (path: string) => request(world.url).post(path).set('Authorization', `Bearer ${token}`) };
    const [one, two] = await grantsOf(byToken, { count: 2 });
    expect(one?.expiresAt).toBe(end);
    expect(outcomeOf(await putFile(one?.url ?? '', file))[0]).toBe(201);
    await ana.delete(`/v1/tokens/${id}`).expect(204);
    expect(refusalOf(await putFile(two?.url ?? '', file))).toBe('410 gone');
  });
});
