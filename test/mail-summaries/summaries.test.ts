import { afterEach, expect, test } from 'vitest';
import { headerOf, startMailWorld } from './mail-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const { world, manners, mailTo, mailSummaries, poster } = await startMailWorld();
afterEach(() => {
  delete manners.answers;
  delete manners.cutsAt;
});

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

test('a day with photos is summed up in one mail, a day without any in none, and for those who want it', async () => {
  await poster('ana', ['The lake', 'The <b>old</b> mill']);
  await poster('idle', []);
  await poster('silent', ['Unasked'], { displayName: 'Silent' });
  await world.advance(DAY);
  await mailSummaries();

  expect([...mailTo('idle'), ...mailTo('silent')]).toEqual([]);
  const [mail, ...others] = mailTo('ana');
  expect(others).toEqual([]);
  expect(mail?.from).toBe('photos@photos.example');
  expect(headerOf(mail, 'Subject')).toMatch(/^2 photos on \d+ November 2026$/);
  expect(mail?.data).toContain('The lake');
  expect(mail?.data).toContain('&#60;b&#62;old');
  expect(mail?.data.match(/^Content-Type: image\/jpeg/gm)).toHaveLength(2);
});

test('whatever is repeated, a summary leaves once', async () => {
  const { userId: user } = await poster('bea', ['One']);
  await world.advance(DAY);
  await world.cloud.deliverTwice(true);
  await mailSummaries('/tasks/summary_email/');
  await world.cloud.runCron('/tasks/summary');
  for (let task = 0; task < 3; task++) await createTask({ user, period: 'day' });
  await world.drain();
  await world.advance(HOUR);
  await world.cloud.deliverTwice(false);
  expect(mailTo('bea')).toHaveLength(1);
});

test('mornings that were missed are made good, each once', async () => {
  await poster('ivy', ['One']);
  await world.advance(DAY);
  await poster('ivy', ['Two']);
  await world.advance(DAY);
  await mailSummaries();
  await mailSummaries();
  const subjects = mailTo('ivy').map((mail) => headerOf(mail, 'Subject'));
  expect(subjects).toHaveLength(2);
  expect(new Set(subjects).size).toBe(2);
});

test('a server that puts us off gets the mail later, once', async () => {
  const { userId: user } = await poster('cleo', ['One']);
  await world.advance(DAY);
  manners.answers = { 'RCPT TO': '451 4.7.1 come back later' };
  await mailSummaries();
  expect(mailTo('cleo')).toEqual([]);
  delete manners.answers;
  await world.advance(HOUR);
  await createTask({ user, period: 'day' });
  await world.drain();
  expect(mailTo('cleo')).toHaveLength(1);
});

test('a mail whose acceptance was lost is sent again under the same Message-ID', async () => {
  await poster('dan', ['One']);
  await world.advance(DAY);
  manners.cutsAt = 'TEXT';
  await mailSummaries();
  delete manners.cutsAt;
  await world.advance(HOUR);
  const ids = mailTo('dan').map((mail) => headerOf(mail, 'Message-ID'));
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^<[0-9a-f]{32}@photos\.example>$/);
});

test('a mail that was refused for good is not tried again', async () => {
  const { userId: user } = await poster('eve', ['One']);
  await world.advance(DAY);
  manners.answers = { 'RCPT TO': '550 5.1.1 no such mailbox' };
  await mailSummaries();
  delete manners.answers;
  await createTask({ user, period: 'day' });
  await world.advance(HOUR);
  expect(mailTo('eve')).toEqual([]);
});

test('the week from Monday to Sunday is summed up when it is over', async () => {
  await poster('finn', ['One', 'Two', 'Three']);
  await mailSummaries('/mail/weekly');
  const early = mailTo('finn').length;
  await world.advance(7 * DAY);
  await mailSummaries('/mail/weekly');
  const subjects = mailTo('finn').map((mail) => headerOf(mail, 'Subject'));
  expect(early).toBe(0);
  expect(subjects).toContainEqual(expect.stringMatching(/^3 photos from \d+ \w+ 2026 to \d+ \w+ 2026$/));
});
