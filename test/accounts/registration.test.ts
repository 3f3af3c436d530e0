import type { JWTPayload } from 'jose';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invite, listInvitations, removeInvitation } from '../../src/features/accounts/invitations.ts';
import {
  parseInvitee,
  type Invitee,
  type RegistrationConfig,
} from '../../src/features/accounts/registration-config.ts';
import { admit } from '../../src/features/accounts/registration.ts';
import { problemOf } from '../support/replies.ts';
import { openFrontDoor, type FrontDoor, type Instance } from './front-door.ts';
import { signToken, startTestIssuer, type TestIssuer, type TestKey } from './test-issuer.ts';

let door: FrontDoor;
let issuer: TestIssuer;

beforeAll(async () => {
  door = await openFrontDoor();
  issuer = await startTestIssuer();
});
afterAll(() => issuer.stop());

const CLOSED: RegistrationConfig = { kind: 'closed' };

/** An instance whose users come from an issuer that says what a test wants. */
const instance = (registration: RegistrationConfig) =>
  door.instance({
    registration,
    identity: { kind: 'issuers', issuers: [{ kind: 'oidc', issuer: issuer.url, audience: 'us' }] },
  });

let people = 0;

/** A person with claims of a verified address; every call is a new person. */
const person = (email?: string, claims: JWTPayload = {}): JWTPayload => ({
  sub: `person-${++people}`,
  ...(email !== undefined && { email, email_verified: true }),
  ...claims,
});

async function tokenOf(claims: JWTPayload): Promise<string> {
  const iat = door.clock.now() / 1000;
  return signToken(issuer.keys[0] as TestKey, { iss: issuer.url, aud: 'us', iat, exp: iat + 3600, ...claims });
}

const invitee = (text: string) => parseInvitee(text) as Invitee;

/** How a person fares with a bearer token, on one instance. */
async function comeIn(at: Instance, claims: JWTPayload) {
  return request(at.url)
    .get('/v1/me')
    .set('Authorization', `Bearer ${await tokenOf(claims)}`);
}

async function entities(): Promise<number> {
  // Global queries show a write after ten seconds.
  await door.advance(10_000);
  const kinds = ['User', 'Handle', 'Identity', 'ErasedIdentity', 'Session', 'Invitation'];
  const found = await Promise.all(kinds.map(async (kind) => (await door.datastore.createQuery(kind).run())[0]));
  return found.flat().length;
}

describe('where registration is closed', () => {
  test('a stranger is told what to do, by bearer token and by sign-in, and nothing is written', async () => {
    const at = await instance(CLOSED);
    const ana = person('ana@example.com');
    const before = await entities();
    const refused = await comeIn(at, ana);
    expect(refused.status).toBe(403);
    expect(problemOf(refused)).toMatchObject({
      code: 'registration-closed',
      detail: expect.stringContaining('Ask the operator of this service to invite ana@example.com'),
    });
    const token = await tokenOf(ana);
    const signIn = await request(at.url).post('/v1/session').send({ token }).expect(403);
    expect(problemOf(signIn)).toMatchObject({ code: 'registration-closed' });
    expect(signIn.get('Set-Cookie')).toBeUndefined();
    const page = await request(at.url)
      .get('/who')
      .set({ Authorization: `Bearer ${token}`, Accept: 'text/html' });
    expect(page.status).toBe(403);
    expect(page.text).toContain('New accounts need an invitation');
    expect(await entities()).toBe(before);
  });

  test('without a verified address the operator is told issuer and subject', async () => {
    const eve = person(undefined, { email: 'ana@example.com', email_verified: false });
    const problem = problemOf(await comeIn(await instance(CLOSED), eve));
    expect(problem.detail).toContain(`invite ${issuer.url}|${eve.sub}`);
  });

  test('an account that exists goes on', async () => {
    const ben = person('ben@example.com');
    await comeIn(await instance({ kind: 'open' }), ben);
    expect(await comeIn(await instance(CLOSED), ben)).toMatchObject({ status: 200 });
    const token = await tokenOf(ben);
    await request((await instance(CLOSED)).url)
      .post('/v1/session')
      .send({ token })
      .expect(201);
  });

  test('an invitation of an address lets in one account, in whatever case it is written, at once', async () => {
    const at = await instance(CLOSED);
    const cleo = person('Cleo@Example.com');
    expect((await comeIn(at, cleo)).status).toBe(403);
    await invite(door, invitee('cleo@EXAMPLE.com'), 14);
    expect((await comeIn(at, cleo)).status).toBe(200);
    expect((await comeIn(await instance(CLOSED), cleo)).status).toBe(200);
    // Another identity with the same verified address: the invitation is used up.
    expect((await comeIn(at, person('cleo@example.com'))).status).toBe(403);
  });

  test('one of several identities that sign in at once with one invited address gets an account', async () => {
    await invite(door, invitee('twin@example.com'), 14);
    const instances = await Promise.all(Array.from({ length: 4 }, () => instance(CLOSED)));
    const replies = await Promise.all(instances.map((at) => comeIn(at, person('twin@example.com'))));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403, 403, 403]);
  });

  test('an invitation of an address is nothing to one that is not verified', async () => {
    await invite(door, invitee('dora@example.com'), 14);
    const eve = person(undefined, { email: 'dora@example.com', email_verified: false });
    expect((await comeIn(await instance(CLOSED), eve)).status).toBe(403);
    const both = person(undefined, { email: 'dora@example.com, eve@example.com', email_verified: true });
    expect((await comeIn(await instance(CLOSED), both)).status).toBe(403);
  });

  test('an invitation of issuer and subject needs no address', async () => {
    const emil = person();
    await invite(door, invitee(`${issuer.url}|${emil.sub}`), 14);
    expect((await comeIn(await instance(CLOSED), emil)).status).toBe(200);
  });

  test('an invitation ends, and can be taken back', async () => {
    const [fred, gina] = [person('fred@example.com'), person('gina@example.com')];
    await invite(door, invitee('fred@example.com'), 2);
    await invite(door, invitee('gina@example.com'), 2);
    expect(await removeInvitation(door, invitee('gina@example.com'))).toBe(true);
    expect(await removeInvitation(door, invitee('gina@example.com'))).toBe(false);
    await door.advance(10_000);
    expect((await listInvitations(door)).map(({ person: who }) => who)).toContain('fred@example.com');
    await door.advance(2 * 24 * 3_600_000 - 10_000);
    expect((await listInvitations(door)).map(({ person: who }) => who)).not.toContain('fred@example.com');
    expect((await comeIn(await instance(CLOSED), fred)).status).toBe(403);
    expect((await comeIn(await instance(CLOSED), gina)).status).toBe(403);
  });
});

describe('where registration is for a domain', () => {
  test('it takes its verified addresses, in any case, and invited people', async () => {
    const at = await instance({ kind: 'domain', domains: ['example.org', 'example.net'] });
    const statusOf = async (claims: JWTPayload) => (await comeIn(at, claims)).status;
    expect(await statusOf(person('hugo@Example.ORG'))).toBe(200);
    expect(await statusOf(person('ida@example.net'))).toBe(200);
    expect(await statusOf(person('jon@mail.example.org'))).toBe(403);
    expect(await statusOf(person('jon@example.org.evil.example'))).toBe(403);
    expect(await statusOf(person(undefined, { email: 'jon@example.org', email_verified: false }))).toBe(403);
    expect(await statusOf(person(undefined, { email: 'jon@example.org', email_verified: 'true' }))).toBe(403);
    // Only Google's word on an organisation counts.
    expect(await statusOf(person('jon@example.com', { hd: 'example.org' }))).toBe(403);
    await invite(door, invitee('kim@example.com'), 1);
    expect(await statusOf(person('kim@example.com'))).toBe(200);
  });

  test('a Google account is matched by its organisation, because it can be opened with any address', async () => {
    const google = { issuer: 'https://accounts.google.com', subject: '7', email: 'leo@example.org' };
    const deps = { ...door, registration: { kind: 'domain', domains: ['example.org'] } } as const;
    const admitted = (identity: Parameters<typeof admit>[2]) =>
      admit(deps, door.datastore.transaction({ readOnly: true }), identity);
    await expect(admitted(google)).rejects.toMatchObject({ code: 'registration-closed' });
    expect(await admitted({ ...google, hostedDomain: 'example.org' })).toEqual([]);
    await expect(admitted({ ...google, hostedDomain: 'example.com' })).rejects.toMatchObject({ reason: 'not-invited' });
  });
});

test('where registration is for a list, it takes verified addresses and subjects of the list', async () => {
  const max = person();
  const listed = ['mia@example.com', `${issuer.url}|${max.sub}`].map(invitee);
  const at = await instance({ kind: 'list', people: listed });
  const statusOf = async (claims: JWTPayload) => (await comeIn(at, claims)).status;
  expect(await statusOf(person('MIA@example.com'))).toBe(200);
  expect(await statusOf(max)).toBe(200);
  expect(await statusOf(person('nina@example.com'))).toBe(403);
  expect(await statusOf(person(undefined, { email: 'mia@example.com', email_verified: false }))).toBe(403);
});

test('the local profile is closed too where it is told so, for every way in', async () => {
  const at = await door.instance({ registration: CLOSED });
  await request(at.url).post('/local/token').send({ name: 'olga' }).expect(403);
  const form = request(at.url).post('/signin').set('Accept', 'text/html').type('form').send({ name: 'olga' });
  expect((await form.expect(403)).text).toContain('to invite local|olga');
  await expect(at.accounts.accountOfName('olga')).rejects.toMatchObject({ code: 'registration-closed' });
  await invite(door, invitee('local|olga'), 1);
  await request(at.url).post('/local/token').send({ name: 'olga' }).expect(200);
});
