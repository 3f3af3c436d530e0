import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { Me, SessionList } from '../../src/features/accounts/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** A person at the pages: what they get and post with the cookie of their session. */
async function signIn(name: string) {
  const reply = await request(world.url).post('/signin').type('form').send({ name, returnTo: '/' }).expect(303);
  const cookie = String(reply.headers['set-cookie']);
  const get = (path: string) => request(world.url).get(path).set('Cookie', cookie);
  const settings = async () => (await get('/settings').expect(200)).text;
  return {
    get,
    settings,
    /** Posts a form of the settings as the page now shows it. */
    async post(fields: Record<string, string>) {
      const revision = /name="revision" value="(\d+)"/.exec(await settings())?.[1] ?? '';
      const form = { revision, ...fields };
      return request(world.url)
        .post('/settings')
        .set('Cookie', cookie)
        .set('Accept', 'text/html')
        .set('Origin', world.url)
        .type('form')
        .send(form);
    },
  };
}

const profile = { act: 'profile', displayName: 'Ana Maria', handle: 'Ana Maria', timeZone: 'Europe/Berlin' };

describe('the settings', () => {
  test('name, handle and time zone are saved by the form', async () => {
    const ana = await signIn('ana');
    const saved = await ana.post(profile);
    expect([saved.status, saved.headers['location']]).toEqual([303, '/settings?notice=saved']);
    const page = (await ana.get('/settings?notice=saved').expect(200)).text;
    expect(page).toContain('Your changes are saved.');
    expect(page).toContain('value="Ana Maria"');
    expect(page).toContain('value="ana-maria"');
    expect(page).toMatch(/value="Europe\/Berlin" selected/);
  });

  test('a refused form says why and keeps what the person entered', async () => {
    await world.user('taken');
    const bea = await signIn('bea');
    const taken = await bea.post({ ...profile, handle: 'taken', displayName: 'Bea' });
    expect(taken.status).toBe(409);
    expect(taken.text).toContain('This name is taken. Choose another name.');
    expect(taken.text).toContain('value="taken"');
    const wrong = await bea.post({ ...profile, handle: 'a/b' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toMatch(/role="alert">A name in links has/);
  });

  test('a form that was opened before another change is refused', async () => {
    const cleo = await signIn('cleo');
    await cleo.post({ act: 'mail', summary: 'on' });
    const late = await cleo.post({ act: 'mail', posts: 'on', revision: '0' });
    expect(late.status).toBe(412);
    expect(late.text).toContain('changed elsewhere in the meantime');
  });

  test('each kind of mail is ordered and ended by its checkbox', async () => {
    const dan = await world.user('dan');
    const page = await signIn('dan');
    await page.post({ act: 'mail', summary: 'on', posts: 'on' });
    expect((await dan.read('/v1/me', Me)).mail).toMatchObject({ summary: true, posts: true });
    await page.post({ act: 'mail', posts: 'on' });
    expect((await dan.read('/v1/me', Me)).mail).toMatchObject({ summary: false, posts: true });
  });

  test('the notice of a change brings the former settings back, unless they were changed since', async () => {
    const ida = await world.user('ida');
    const page = await signIn('ida');
    await page.post({ ...profile, handle: 'ida-a' });
    await page.post({ act: 'mail', posts: 'on' });
    expect((await page.get('/settings?notice=saved').expect(200)).text).toContain('value="undo">Undo');
    const undone = await page.post({ act: 'undo' });
    expect([undone.status, undone.headers['location']]).toEqual([303, '/settings?notice=undone']);
    const shown = () => ida.read('/v1/me', Me);
    expect(await shown()).toMatchObject({ displayName: 'Ana Maria', mail: { posts: false } });
    expect((await page.post({ act: 'undo' })).status).toBe(412);

    await page.post({ ...profile, displayName: 'Ida', handle: 'ida-b', timeZone: 'Asia/Tokyo' });
    await page.post({ act: 'undo' });
    expect(await shown()).toMatchObject({ displayName: 'Ana Maria', timeZone: 'Europe/Berlin' });
    await page.post({ act: 'mail', summary: 'on' });
    await ida.patch('/v1/me').send({ displayName: 'Elsewhere' }).expect(200);
    expect((await page.post({ act: 'undo' })).text).toContain('changed elsewhere in the meantime');
    expect(await shown()).toMatchObject({ displayName: 'Elsewhere', mail: { summary: true } });
  });

  test('storage used is told in words', async () => {
    const eve = await world.user('eve');
    await eve.upload(await picture()).expect(201);
    expect(await (await signIn('eve')).settings()).toMatch(/\d kB of [\d.]+ GB used, 1 photo\./);
  });

  test('one session is ended, then all of them', async () => {
    const [phone, laptop] = [await signIn('fay'), await signIn('fay')];
    expect((await laptop.settings()).match(/name="session"/g)).toHaveLength(2);
    const { items } = checked(SessionList, (await phone.get('/v1/sessions').expect(200)).body);
    const session = items.find(({ current }) => current)?.id ?? '';
    const ended = await laptop.post({ act: 'end-session', session });
    expect(ended.headers['location']).toBe('/settings?notice=session-ended');
    await phone.get('/recent').expect(401);
    expect((await laptop.post({ act: 'end-all-sessions' })).status).toBe(303);
    await laptop.get('/recent').expect(401);
  });

  test('an access key is made by the form, shown on that page alone, and deleted', async () => {
    const ivy = await signIn('ivy');
    const form = { act: 'make-token', tokenName: '<b>Camera</b>', scopes: 'upload', days: '30', formKey: 'one' };
    const made = await ivy.post(form);
    expect([made.status, made.headers['cache-control']]).toEqual([200, 'no-store']);
    const [key = ''] = /pt_[\w-]{59}/.exec(made.text) ?? [];
    // A reload sends the form again.
    expect((await ivy.post(form)).text).toContain(key);
    const check = () =>
      request(world.url)
        .post('/v1/photos/check')
        .set('Authorization', `Bearer ${key}`)
        .send({ sha256: ['ab'.repeat(32)] });
    await check().expect(200);
    const page = await ivy.settings();
    expect(page).not.toContain(key);
    expect(page.match(/value="revoke-token"/g)).toHaveLength(1);
    expect(page).toMatch(/&#60;b&#62;Camera&#60;\/b&#62;<\/strong>\s*<small\s*>Add photos;\s*last used/);

    const { scopes: _unchecked, ...without } = form;
    const refused = await ivy.post({ ...without, tokenName: 'Phone', formKey: 'two' });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/role="alert">Choose what the key may do\./);
    expect(refused.text).toContain('value="Phone"');
    const token = /name="token" value="(\w{16})"/.exec(page)?.[1] ?? '';
    const revoked = await ivy.post({ act: 'revoke-token', token });
    expect(revoked.headers['location']).toBe('/settings?notice=token-revoked');
    await check().expect(401);
    expect(await ivy.settings()).not.toContain('Camera');
  });

  test('a public timeline and the end of the account need a fresh sign-in', async () => {
    const gus = await signIn('gus');
    await world.advance(20 * 60_000);
    for (const fields of [{ act: 'visibility', visibility: 'public' }, { act: 'delete-account' }]) {
      const reply = await gus.post(fields);
      expect([reply.status, reply.headers['location']]).toEqual([303, '/sign-in?returnTo=%2Fsettings']);
    }
    expect(await gus.settings()).not.toContain('value="delete-account"');
    const fresh = await signIn('gus');
    await fresh.post({ act: 'visibility', visibility: 'public' });
    await request(world.url).get('/v1/users/gus/timeline').expect(200);
    expect((await fresh.post({ act: 'delete-account' })).headers['location']).toBe('/');
    await fresh.get('/recent').expect(401);
    await request(world.url).get('/v1/users/gus/timeline').expect(404);
  });

  test('a page of another site changes nothing', async () => {
    const reply = await request(world.url)
      .post('/settings')
      .set('Cookie', 'session=x')
      .set('Origin', 'https://evil.example')
      .type('form')
      .send('act=delete-account');
    expect(reply.status).toBe(403);
  });
});
