import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { sendOnce, type LeasedMail } from '../../src/features/mail-summaries/send-once.ts';
import { createLibrary } from '../../src/data/commit/group-commit.ts';
import { newUserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { START, startWorld } from '../support/world.ts';

const MINUTE = 60_000;
const FIRST = { retries: 0, last: false, backoffSeconds: 1 };
const LAST = { retries: 11, last: true, backoffSeconds: 1 };

const world = await startWorld();

/** A mail to a new user, and mailers that count what they are given and end as they are told. */
async function scene() {
  const user = newUserId();
  await world.datastore.save(toEntity(keyOf(world.datastore, user, UserKind), UserKind, emptyUser('ana', START)));
  const clock = manualClock(START);
  const library = createLibrary({ datastore: world.datastore, clock, deliver: async () => [] });
  const words = {
    subject: '',
    text: '',
    html: '',
    attachments: [],
    unsubscribeUrl: 'https://photos.example/unsubscribe',
  };
  const letter: LeasedMail = { ...words, user, name: 'day-2026-11-20', to: 'ana@localhost' };
  const given: Mail[] = [];
  const run = (end: () => Promise<void> = async () => undefined, attempt = FIRST) => {
    const mailer = { send: (mail: Mail) => (given.push(mail), end()) };
    return sendOnce({ library, mailer, clock, publicUrl: 'https://photos.example' }, letter, attempt);
  };
  return { clock, given, run };
}

/** An end that comes when the test says so, and word of its beginning. */
function held() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  return { begun: begun.promise, ...end, hold: () => (begun.resolve(), end.promise) };
}

test('while one run sends a mail, another is told to come again, and then finds it sent', async () => {
  const { given, run } = await scene();
  const sending = held();
  const first = run(sending.hold);
  await sending.begun;
  await expect(run()).rejects.toMatchObject({ code: 'conflict' });
  sending.resolve();
  expect(await first).toBe('sent');
  expect(await run()).toBe('settled-before');
  expect(given).toHaveLength(1);
});

test('a mail that failed may be sent again at once, with the same Message-ID', async () => {
  const { given, run } = await scene();
  await expect(run(() => Promise.reject(new Error('Away.')))).rejects.toThrow('Away.');
  expect(await run()).toBe('sent');
  expect(given[1]?.messageId).toBe(given[0]?.messageId);
});

test('a mail that fails in the last attempt is not sent again', async () => {
  const { given, run } = await scene();
  expect(await run(() => Promise.reject(new Error('Away.')), LAST)).toBe('failed');
  expect(await run()).toBe('settled-before');
  expect(given).toHaveLength(1);
});

test('a run that died keeps others away for five minutes', async () => {
  const { clock, given, run } = await scene();
  const dead = held();
  void run(dead.hold);
  await dead.begun;
  clock.advance(5 * MINUTE - 1);
  await expect(run()).rejects.toMatchObject({ code: 'conflict' });
  clock.advance(1);
  expect(await run()).toBe('sent');
  expect(given[1]?.messageId).toBe(given[0]?.messageId);
});

test('a run that comes too late with its failure leaves the claim of the next one alone', async () => {
  const { clock, run } = await scene();
  const [late, next] = [held(), held()];
  const lateRun = run(late.hold);
  await late.begun;
  clock.advance(5 * MINUTE);
  const nextRun = run(next.hold);
  await next.begun;
  late.reject(new Error('Too late.'));
  await expect(lateRun).rejects.toThrow('Too late.');
  await expect(run()).rejects.toMatchObject({ code: 'conflict' });
  next.resolve();
  expect(await nextRun).toBe('sent');
});
