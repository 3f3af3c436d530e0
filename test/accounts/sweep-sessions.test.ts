import request from 'supertest';
import { expect, test } from 'vitest';
import { invite } from '../../src/features/accounts/invitations.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const DAY = 24 * 3_600_000;

async function signIn(): Promise<void> {
  const { token } = await world.cloud.mintToken('ana');
  await request(world.url).post('/v1/session').send({ token }).expect(201);
}

/** A global query, which may be late by ten seconds. */
async function sessions(): Promise<number> {
  await world.advance(10_000);
  return (await world.datastore.runQuery(world.datastore.createQuery('Session')))[0].length;
}

/** Moves the time on without an app that listens: another test is about cron runs. */
async function wait(ms: number): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(ms);
  await world.cloud.appIsAt(world.url);
}

test('one run takes away all sessions that have ended, however many one user has, and no other', async () => {
  for (let session = 0; session < 45; session++) await signIn();
  await wait(DAY);
  await signIn();

  await wait(6 * DAY - 60_000);
  expect(await world.cloud.runCron('/cron/sweep-sessions')).toBe(200);
  expect(await sessions()).toBe(46);
  await wait(60_000);
  expect(await world.cloud.runCron('/cron/sweep-sessions')).toBe(200);
  expect(await sessions()).toBe(1);
});

test('one run deletes the invitations that have ended, and no other', async () => {
  await invite(world, { address: 'ana@example.com' }, 1);
  await invite(world, { address: 'ben@example.com' }, 2);
  await wait(DAY);
  expect(await world.cloud.runCron('/cron/sweep-invitations')).toBe(200);
  await world.advance(10_000);
  const [left] = (await world.datastore.createQuery('Invitation').run()) as [{ person: string }[], unknown];
  expect(left.map(({ person }) => person)).toEqual(['ben@example.com']);
});
