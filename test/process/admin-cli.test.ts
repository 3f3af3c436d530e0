import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdminCommand } from '../../src/cli/admin/options.ts';
import type { Photo } from '../../src/features/photos/schemas.ts';
import type { Share } from '../../src/features/shares/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { runCommand, startProgram, type Running } from './support.ts';

const CLI = join(import.meta.dirname, '../../src/cli/admin/main.ts');

let dataDir: string;
let program: Running;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-admin-'));
  program = await startProgram(dataDir);
});
afterAll(async () => {
  await program.stop('SIGTERM');
  await rm(dataDir, { recursive: true });
});

/** `npm run admin -- …args`, on the folder of the program unless another one is named. */
const admin = (args: string[], folder = dataDir) => runCommand(CLI, args, folder);

const signIn = (name: string) => request(program.url).post('/local/token').send({ name });

test('npm run admin suspends an account with its links and its public page, finds reports, and ends shares', async () => {
  const { token } = (await signIn('ana').expect(200)).body as { token: string };
  const ana = { Authorization: `Bearer ${token}` };
  const session = await request(program.url).post('/v1/session').send({ token }).expect(201);
  const cookie = String(session.headers['set-cookie']?.[0]).split(';')[0] ?? '';
  const asAna = async (path: string, body: object) =>
    (await request(program.url).post(path).set('Cookie', cookie).set('Sec-Fetch-Site', 'same-origin').send(body)).body;
  const personal = (await asAna('/v1/tokens', { name: 'script', scopes: ['read'] })) as { token: string };
  const { grants } = (await asAna('/v1/upload-grants', { count: 1 })) as { grants: { url: string }[] };
  await request(program.url)
    .patch('/v1/me')
    .set('Cookie', cookie)
    .set('Sec-Fetch-Site', 'same-origin')
    .send({ visibility: 'public' })
    .expect(200);
  const uploaded = await request(program.url)
    .post('/v1/photos')
    .set(ana)
    .attach('image', await picture({ width: 40, height: 30 }), 'a.jpg')
    .expect(201);
  const { photo } = uploaded.body as { photo: Photo };
  const made = await request(program.url)
    .post('/v1/shares')
    .set(ana)
    .send({ photos: [photo.id] })
    .expect(201);
  const share = made.body as Share;
  const report = (reason: string) =>
    request(program.url).post(`/s/${share.token}/report`).type('form').send({ reason });
  await report('These are my photos.').expect(200);
  await report('Still there.').expect(200);
  expect((await admin(['reports'])).out).toMatch(
    new RegExp(
      `^${share.id} {2}of ana, 2 reports\\n {2}20\\S+Z {2}These are my photos\\.\\n {2}20\\S+Z {2}Still there\\.\\n$`,
    ),
  );

  const said = await admin(['suspend', 'ana', '--reason', 'Reported twice']);
  expect(said).toMatchObject({ code: 0, complaint: '', out: expect.stringContaining('ana is suspended.') });
  expect((await admin(['suspend', 'ana'])).out).toBe('ana was suspended already.\n');
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await request(program.url).get(path).set(headers)).status;
  const read = { Authorization: `Bearer ${personal.token}` };
  const views = async () => [
    await statusOf('/v1/timeline', { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }),
    await statusOf('/v1/timeline', read),
    await statusOf(`/s/${share.token}`),
    await statusOf(`/v1/shared/${share.token}/photos`),
    await statusOf('/v1/users/ana/timeline'),
    await statusOf('/user/ana/web/'),
  ];
  expect(await views()).toEqual([401, 403, 404, 404, 404, 404]);
  const again = await request(program.url).post('/v1/session').send({ token }).expect(403);
  expect(problemOf(again).code).toBe('account-suspended');
  const put = await request(program.url)
    .put(new URL(grants[0]?.url ?? '', program.url).pathname)
    .set('Content-Type', 'image/jpeg')
    .send(await picture({ width: 50, height: 30 }));
  expect([put.status, (put.body as { code: string }).code]).toEqual([403, 'account-suspended']);

  expect((await admin(['unsuspend', 'ana'])).out).toBe('ana is open again.\n');
  expect(await views()).toEqual([200, 200, 200, 200, 200, 200]);
  expect((await admin(['revoke-share', `${program.url}${share.url}`])).out).toMatch(/^The shared link is ended/);
  expect([await statusOf(`/s/${share.token}`), (await admin(['reports'])).out]).toEqual([
    404,
    'There are no reports.\n',
  ]);
  const activity = await request(program.url).get('/v1/me/activity').set(read).expect(200);
  const kinds = (activity.body as { items: { kind: string }[] }).items.map(({ kind }) => kind);
  expect(kinds.slice(0, 3)).toEqual(['share-revoked', 'unsuspended', 'suspended']);
  const second = await request(program.url).post('/v1/shares').set(ana).send({ timeline: true }).expect(201);

  // The same on the data of a stopped service, and by the id alone.
  await program.stop('SIGTERM');
  expect((await admin(['revoke-share', (second.body as Share).id])).out).toMatch(/^The shared link is ended/);
  const { out } = await admin(['history', 'ana']);
  expect(out).toMatch(/^ana is not suspended\.\n20\S+Z {2}suspend {2}by \S+ {2}Reported twice\n/);
  expect(out.split('\n').map((line) => line.split('  ')[1])).toEqual([
    undefined,
    'suspend',
    'unsuspend',
    'revoke-share',
    'revoke-share',
    undefined,
  ]);
  expect(await admin(['suspend', 'ben'])).toMatchObject({ code: 1, complaint: expect.stringContaining('no account') });
  expect(await admin(['suspend', 'ana'])).toMatchObject({ code: 0 });
  program = await startProgram(dataDir);
  const { body } = await signIn('ana').expect(200);
  const suspended = await request(program.url)
    .get('/v1/timeline')
    .set({ Authorization: `Bearer ${(body as { token: string }).token}` })
    .expect(403);
  expect(problemOf(suspended).code).toBe('account-suspended');
});

test('npm run admin in a folder without data says how to start the service, and makes no data', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'photo-timeline-nothing-'));
  const { code, complaint } = await admin(['reports'], empty);
  expect([code, complaint]).toEqual([1, expect.stringContaining(`Nothing runs on the data folder ${empty}.`)]);
  // The folder is still empty, so that it can be removed as such.
  await rm(empty, { recursive: true });
});

test.each([
  [['suspend'], 'suspend takes the handle of an account.'],
  [['suspend', 'ana', 'ben'], 'suspend takes one argument.'],
  [['revoke-share'], 'revoke-share takes the address, the token or the id of a shared link.'],
  [['reports', 'ana'], 'reports takes no arguments.'],
  [['erase', 'ana'], 'There is no command erase.'],
  [['--colour'], "Unknown option '--colour'"],
])('the command line %j is refused before any call to the cloud', (args, complaint) => {
  expect(() => readAdminCommand(args)).toThrow(complaint);
});
