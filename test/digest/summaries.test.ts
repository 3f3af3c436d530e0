import request from 'supertest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { smtpSink, type Manners, type SmtpSink } from '../mail/smtp-sink.ts';
import { picture } from '../support/picture.ts';
import { startWorld, type World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// The sink of all tests here; each may change its manners for a while.
const manners: Manners = {};
let sink: SmtpSink;
let world: World;
beforeAll(async () => {
  sink = await smtpSink(manners);
  const env = { SMTP_URL: sink.url, MAIL_FROM: 'photos@photos.example', PUBLIC_URL: 'https://photos.example' };
  world = await startWorld({ env });
});
afterEach(() => {
  delete manners.answers;
  delete manners.cutsAt;
});
afterAll(() => sink[Symbol.asyncDispose]());

const get = (path: string) => request(world.url).get(path).expect(200);
const mailTo = (name: string) => sink.received.filter(({ to }) => to === `${name}@localhost`);
const headersOf = (data = '') => ({
  subject: /^Subject: (.*)$/m.exec(data)?.[1]?.trim(),
  messageId: /^Message-ID: (.*)$/m.exec(data)?.[1]?.trim(),
});

/** A new user who posts photos with these captions; returns what tasks about them carry. */
async function poster(name: string, captions: string[]) {
  const user = await world.user(name);
  for (const caption of captions) await user.upload(await picture(), { fields: { caption } }).expect(201);
  const { body } = await get(`/user/${name}/json/`);
  const { results } = body as { results: { image_url: string }[] };
  const [, userId = '', photo = ''] = /^image\/(\w+)\.(\w+)\/$/.exec(results[0]?.image_url ?? '') ?? [];
  return { userId, photo };
}

/** Yesterday by the clock of the world, as the routes know it. */
async function keyOfYesterday() {
  const { text } = await get('/tasks/summary');
  return / of (.*)\.$/.exec(text)?.[1] ?? '';
}

/** An unnamed task for a summary: unlike the routes' own ones it is not held back by its name. */
async function createTask(payload: object) {
  const client = await world.tasks();
  const parent = client.queuePath('photo-timeline', 'local', 'mail');
  const body = Buffer.from(JSON.stringify(payload));
  const headers = { 'Content-Type': 'application/json' };
  await client.createTask({
    parent,
    task: { appEngineHttpRequest: { httpMethod: 'POST', relativeUri: '/tasks/send-summary', headers, body } },
  });
}

test('a day with photos is summed up in one mail, and a day without any in none', async () => {
  await poster('ana', ['The lake', 'The <b>old</b> mill']);
  await world.user('idle');
  await world.advance(DAY);
  expect((await get('/tasks/summary')).text).toMatch(/^Asked for \d+ summaries of \d{4}-\d\d-\d\d\.$/);
  await world.drain();

  expect(mailTo('idle')).toEqual([]);
  const [mail, ...others] = mailTo('ana');
  expect(others).toEqual([]);
  expect(mail?.from).toBe('photos@photos.example');
  expect(headersOf(mail?.data).subject).toMatch(/^2 photos on \d+ November 2026$/);
  expect(mail?.data).toContain('The lake');
  expect(mail?.data).toContain('&#60;b&#62;old');
});

test('whatever is repeated, a summary leaves once', async () => {
  const { userId: user } = await poster('bea', ['One']);
  await world.advance(DAY);
  const key = await keyOfYesterday();
  await world.cloud.deliverTwice(true);
  await get('/tasks/summary_email/');
  await world.cloud.runCron('/tasks/summary');
  for (let task = 0; task < 3; task++) await createTask({ user, period: 'day', key });
  await world.drain();
  await world.advance(HOUR);
  await world.cloud.deliverTwice(false);
  expect(mailTo('bea')).toHaveLength(1);
});

test('a server that puts us off gets the mail later, once', async () => {
  const { userId: user } = await poster('cleo', ['One']);
  await world.advance(DAY);
  manners.answers = { 'RCPT TO': '451 4.7.1 come back later' };
  await keyOfYesterday();
  await world.drain();
  expect(mailTo('cleo')).toEqual([]);
  delete manners.answers;
  await world.advance(HOUR);
  await createTask({ user, period: 'day', key: await keyOfYesterday() });
  await world.drain();
  expect(mailTo('cleo')).toHaveLength(1);
});

test('a mail whose acceptance was lost is sent again under the same Message-ID', async () => {
  await poster('dan', ['One']);
  await world.advance(DAY);
  manners.cutsAt = 'TEXT';
  await keyOfYesterday();
  await world.drain();
  delete manners.cutsAt;
  await world.advance(HOUR);
  const ids = mailTo('dan').map(({ data }) => headersOf(data).messageId);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^<[0-9a-f]{32}@photos\.example>$/);
});

test('a mail that was refused for good is not tried again', async () => {
  const { userId: user } = await poster('eve', ['One']);
  await world.advance(DAY);
  manners.answers = { 'RCPT TO': '550 5.1.1 no such mailbox' };
  const key = await keyOfYesterday();
  await world.drain();
  delete manners.answers;
  await createTask({ user, period: 'day', key });
  await world.advance(HOUR);
  expect(mailTo('eve')).toEqual([]);
});

test('the week from Monday to Sunday is summed up when it is over', async () => {
  await poster('finn', ['One', 'Two', 'Three']);
  await get('/mail/weekly');
  await world.drain();
  const early = mailTo('finn').length;
  await world.advance(7 * DAY);
  await get('/mail/weekly');
  await world.drain();
  const subjects = mailTo('finn').map(({ data }) => headersOf(data).subject);
  expect(early).toBe(0);
  expect(subjects).toContainEqual(expect.stringMatching(/^3 photos from \d+ \w+ 2026 to \d+ \w+ 2026$/));
});

test('a day that is not over has no summary yet', async () => {
  const { userId: user } = await poster('gus', ['One']);
  await createTask({ user, period: 'day', key: nextDay(await keyOfYesterday()) });
  await world.drain();
  expect(mailTo('gus')).toEqual([]);
});

test('a mail about one post leaves once, and of a photo in the trash not at all', async () => {
  const ask = (body: object) => request(world.url).post('/email_task/').send(body).expect(200);
  const { userId: user, photo } = await poster('hal', ['At sea']);
  expect((await ask({ user, photo })).text).toBe('sent');
  expect((await ask({ user, photo })).text).toBe('settled-before');
  expect(mailTo('hal').map(({ data }) => headersOf(data).subject)).toEqual(['New photo: At sea']);

  const { photo: discarded } = await poster('hal', ['At home']);
  await (await world.user('hal')).delete(`/v1/photos/${discarded}`).expect(204);
  expect((await ask({ user, photo: discarded })).text).toBe('nothing-to-do');
  expect((await ask({ user, photo: '../x' })).text).toMatch(/^refused/);
  expect(mailTo('hal')).toHaveLength(1);
});

const nextDay = (key: string) => new Date(Date.parse(`${key}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
