import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import request from 'supertest';
import { afterAll, expect, test } from 'vitest';
import { chaosWith } from '../support/chaos.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { encodeForm, BOUNDARY } from '../http/forms.ts';
import { problemOf } from '../support/replies.ts';
import { countOf, send } from './send.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'uploads=8' } });
const photo = await picture();
const form = encodeForm([{ name: 'image', fileName: 'a.jpg', content: photo }]);
const sockets = new Set<Socket>();
afterAll(() => sockets.forEach((socket) => socket.destroy()));

/** A connection that has sent the head of an upload. The app has taken it up when it says 100 Continue. */
function openUpload(user: TestUser, head: string[] = []): Socket {
  const socket = connect(Number(new URL(world.appUrl).port), '127.0.0.1');
  sockets.add(socket);
  const lines = [
    'POST /v1/photos HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${user.token}`,
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${form.length}`,
    ...head,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** Uploads of a user that have begun and do not go on. */
async function underWay(user: TestUser, count: number): Promise<Socket[]> {
  // Later requests find the account in memory, so that an upload counts in the very turn in which its head arrives.
  await user.get('/v1/me').expect(200);
  const opened = Array.from({ length: count }, () => openUpload(user, ['Expect: 100-continue']));
  for (const socket of opened) expect(await firstLine(socket)).toBe('HTTP/1.1 100 Continue');
  return opened;
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk).split('\r\n', 1)[0] ?? '';
}

/** Uploads again until there is a place: the app learns of a lost connection in its own time. */
async function uploadWhenPlace(user: TestUser): Promise<number> {
  for (;;) {
    const { status } = await user.upload(photo);
    if (status !== 429) return status;
  }
}

test('a ninth upload of one user is refused at once, without its body, and others upload', async ({ skip }) => {
  skip(chaosWith('cut'), 'Left out in chaos: it does not send again what was cut.');
  const [ana, ben] = [await world.user(), await world.user()];
  const opened = await underWay(ana, 8);
  // It sends no byte of its body.
  expect(await firstLine(openUpload(ana))).toBe('HTTP/1.1 429 Too Many Requests');
  const refused = await ana.upload(photo).expect(429);
  expect(problemOf(refused)).toMatchObject({
    code: 'rate-limited',
    retryable: true,
    limit: { name: 'uploads', quota: 8, unit: 'concurrent-requests' },
  });
  expect(refused.headers).toMatchObject({
    'retry-after': '5',
    ratelimit: '"uploads";r=0;t=5',
    'ratelimit-policy': '"uploads";q=8;qu="concurrent-requests"',
  });
  await ben.upload(photo).expect(201);
  const { text } = await request(world.url).get('/metrics').expect(200);
  expect(text).toContain('photo_timeline_rate_limited_total{limit="uploads"} 2\n');
  await ana.get('/v1/timeline').expect(200);

  const [first] = opened;
  first!.write(form);
  expect(await firstLine(first!)).toBe('HTTP/1.1 201 Created');
  await ana.upload(photo).expect(200);
});

test("the page's form and the course's form have the same places, and a browser is told in words", async () => {
  const ana = await world.user();
  await underWay(ana, 8);
  const byForm = (path: string) => ana.post(path).set('Accept', 'text/html').attach('image', photo, 'a.jpg');
  for (const path of ['/upload_photo', `/post/${ana.name}/`]) {
    const page = await byForm(path)
      .expect(429)
      .expect('retry-after', '5')
      .expect('content-type', /^text\/html/);
    expect(page.text).toContain('8 of your uploads are under way.');
  }
  await world.user().then((ben) => ben.post(`/post/${ben.name}/`).attach('image', photo, 'a.jpg').expect(303));
});

test('a place is given back when a client goes away', async () => {
  const ana = await world.user();
  const opened = await underWay(ana, 8);
  await ana.upload(photo).expect(429);
  opened[0]!.destroy();
  expect(await uploadWhenPlace(ana)).toBe(201);
  for (const socket of opened) socket.resetAndDestroy();
  expect(await uploadWhenPlace(ana)).toBe(200);
  const again = await underWay(ana, 8);
  for (const socket of again) socket.destroy();
});

test('a place is given back after a refusal, also of a form with several files', async () => {
  const ana = await world.user();
  const refused = await send(9, () => ana.upload(Buffer.from('no picture')));
  expect(countOf(refused, 415)).toBe(9);
  const twoFiles = () => ana.upload(photo).attach('preview', photo, 'b.jpg');
  expect(countOf(await send(9, twoFiles), 429)).toBe(0);
  const post = () => ana.post(`/post/${ana.name}/`).attach('image', photo, 'a.jpg').attach('preview', photo, 'b.jpg');
  expect(countOf(await send(9, post), 429)).toBe(0);
  await ana.upload(photo).expect(201);
});
