import { expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { manualClock } from '../../src/runtime/clock.ts';
import { createLibrary } from '../../src/data/commit/group-commit.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import type { Kind } from '../../src/data/model/kind.ts';
import { mailRef, type MailRecord } from '../../src/features/mail-summaries/send-once.ts';
import { createStore } from '../../src/data/read/store.ts';
import { START, startWorld } from '../support/world.ts';

const world = await startWorld();
const { datastore } = world;
const library = createLibrary({ datastore, clock: manualClock(START), deliver: async () => [] });

/** A row of about so many bytes: nothing that comes through the front door is that large. */
const row = (bytes: number): MailRecord => ({
  state: 'failed',
  messageId: '',
  claim: '',
  claimedUntil: 0,
  sentAt: null,
  reason: 'x'.repeat(bytes),
});

/** Asks for rows of these sizes, all at the same time. Returns which of them are in. */
async function keep(user: UserId, sizes: number[]): Promise<boolean[]> {
  const commits = sizes.map((bytes, index) =>
    library.commit(user, async (change) => change.entities.write(mailRef(String(index)), row(bytes))),
  );
  return (await Promise.allSettled(commits)).map(({ status }) => status === 'fulfilled');
}

async function newUser(): Promise<UserId> {
  const user = await world.user();
  return (await user.read('/v1/me', Me)).id as UserId;
}

const commitsOf = async (user: UserId) => (await createStore(datastore).user(user))?.commits.length;

test('changes that are too large for one transaction are split into several', async () => {
  const user = await newUser();
  const sizes = Array.from({ length: 15 }, () => 900_000);
  expect(await keep(user, sizes)).toEqual(sizes.map(() => true));
  expect(await commitsOf(user)).toBe(3);
});

test('a fold that is refused as a whole costs only the caller whose fault it is', async () => {
  const user = await newUser();
  // No property takes more than a megabyte.
  expect(await keep(user, [10, 1_500_000, 10])).toEqual([true, false, true]);
  expect(await commitsOf(user)).toBe(2);
});

/** A kind with one indexed text, as a photo's tile is one. */
const IndexedKind: Kind<{ text: string }> = {
  name: 'Indexed',
  indexed: ['text'],
  encode: ({ text }) => ({ text }),
  decode: ({ text }) => ({ text: String(text) }),
};

test('changes whose index entries are too large for one transaction are split into several', async () => {
  const user = await newUser();
  const text = 'x'.repeat(1_400);
  const commits = Array.from({ length: 9 }, (_, caller) =>
    library.commit(user, async ({ entities }) => {
      for (let at = 0; at < 100; at++) entities.write({ kind: IndexedKind, name: `${caller}.${at}` }, { text });
    }),
  );
  await Promise.all(commits);
  expect(await commitsOf(user)).toBe(3);
});
