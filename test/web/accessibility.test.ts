import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureMail } from '../../src/mail/capture.ts';
import { picture } from '../support/picture.ts';
import { shortened } from '../support/long-form.ts';
import { secondInstance } from '../support/second-instance.ts';
import { mailHtml } from '../../src/features/mail-summaries/mail-html.ts';
import { headerOf, SITE, startMailWorld } from '../mail-summaries/mail-world.ts';
import { SIZES, violationsOf } from './axe.ts';
import { chromiumPath, sharedChromium, signInOn, unlessMissing } from './chromium.ts';

const { world, mailTo } = await startMailWorld({ console: { port: 0 } });

interface View {
  path: string;
  status?: number;
}

/** In the short form of the tests each second view. */
const some = (views: [string, View][]) =>
  shortened(
    views,
    views.filter((_, at) => at % 2 === 0),
  );

describe.skipIf(chromiumPath === undefined)(`the pages by the rules of axe in Chromium${unlessMissing}`, () => {
  let browser: Browser;
  let stranger: Page;
  let owner: Page;
  let newcomer: Page;
  /** What of ana's a path may name. */
  const things = { id: '', photo: '', album: '', share: '', locked: '' };
  const named = (path: string) =>
    path.replace(/:(id|photo|album|share|locked)\b/, (_, thing: keyof typeof things) => things[thing]);

  beforeAll(async () => {
    const ana = await world.user('ana');
    for (const takenAt of [
      '2019-07-01T10:00:00',
      '2019-07-01T11:00:00',
      '2020-02-03T10:00:00',
      '2021-01-01T10:00:00',
      // The timeline begins with it: it is a memory of the day of the test.
      `2022-${new Date(world.clock.now()).toISOString().slice(5, 10)}T10:00:00`,
    ]) {
      const { body } = await ana.upload(await picture({ takenAt }), { fields: { caption: 'At the sea' } }).expect(201);
      const photo = (body as { photo: { id: string } }).photo.id;
      things.id = photo;
      if (takenAt.endsWith('T10:00:00') && takenAt.startsWith('2019')) things.photo = photo;
      if (takenAt.startsWith('2019')) await ana.patch(`/v1/photos/${photo}`).send({ favourite: true }).expect(200);
      if (takenAt.startsWith('2020')) await ana.patch(`/v1/photos/${photo}`).send({ archived: true }).expect(200);
      if (takenAt.endsWith('11:00:00')) await ana.delete(`/v1/photos/${photo}`).expect(204);
    }
    await ana
      .patch('/v1/me')
      .send({ visibility: 'public', mail: { posts: true } })
      .expect(200);
    await ana.upload(await cutInside()).expect(201);
    const album = (await ana.post('/v1/albums').send({ title: 'Harbour' }).expect(201)).body as { id: string };
    things.album = album.id;
    await ana
      .post(`/v1/albums/${album.id}/photos`)
      .send({ ids: [things.photo, things.id] })
      .expect(200);
    const share = async (more: object) =>
      (
        (
          await ana
            .post('/v1/shares')
            .send({ album: album.id, ...more })
            .expect(201)
        ).body as { token: string }
      ).token;
    things.share = await share({ upload: true });
    things.locked = await share({ password: 'sesame' });
    await ana
      .patch(`/v1/photos/${things.photo}`)
      .send({ place: { city: 'Berlin', country: 'Germany' } })
      .expect(200);
    await world.user('ben');
    for (const body of [{}, { handle: 'ben' }]) {
      await ana.post(`/v1/albums/${album.id}/members`).send(body).expect(201);
    }
    await world.advance(5 * 60_000);
    browser = await sharedChromium();
    stranger = await openPage(browser);
    owner = await openPage(browser, 'ana');
    newcomer = await openPage(browser, 'new');
  });
  afterAll(() => Promise.all(browser.contexts().map((context) => context.close())));

  test.each(
    some([
      ['the welcome', { path: '/' }],
      ['the sign-in', { path: '/sign-in?returnTo=/settings' }],
      ['the page that demands a sign-in', { path: '/settings', status: 401 }],
      ['the page of a public user', { path: '/user/ana/web/' }],
      ['a public timeline', { path: '/u/ana' }],
      ['a photo of a public timeline', { path: '/u/ana/:photo' }],
      ['the page of a share', { path: '/s/:share' }],
      ['the thanks for a photo of a guest', { path: '/s/:share?did=received' }],
      ['the page of a share with a password', { path: '/s/:locked' }],
      ['the form that reports a share', { path: '/s/:share/report' }],
      ['the page of a share that is not there', { path: '/s/gone', status: 404 }],
      ['the page of an address that leads nowhere', { path: '/no/such/page', status: 404 }],
      ['the documentation', { path: shortened('/docs', '/docs?q=upload') }],
    ]),
  )('%s breaks no rule, light and dark, wide and narrow', async (_name, view) => {
    await visit(stranger, { ...view, path: named(view.path) });
    expect(await violationsOf(stranger)).toEqual([]);
  });

  test('the form that pairs a browser breaks no rule', async () => {
    const url = await secondInstance(world, {}, { IDENTITY: 'pairing' });
    await visit(stranger, { path: `${url}/pair?code=ABCD-EFGH` });
    expect(await violationsOf(stranger)).toEqual([]);
  });

  test.each(
    some([
      ['an empty timeline', { path: '/' }],
      ['an empty list of favourites', { path: '/favourites' }],
      ['an empty list of places', { path: '/places' }],
      ['the activity of a new account', { path: '/activity' }],
    ]),
  )('%s breaks no rule, light and dark, wide and narrow', async (_name, view) => {
    await visit(newcomer, view);
    expect(await violationsOf(newcomer)).toEqual([]);
  });

  test.each(
    some([
      ['the timeline', { path: '/' }],
      ['the list of recently added photos', { path: '/recent' }],
      ['the list of favourites', { path: '/favourites' }],
      ['the archive', { path: '/archive' }],
      ['the trash', { path: '/trash' }],
      ['the places', { path: '/places' }],
      ['the photos of a place', { path: '/places/photos?place=germany' }],
      ['the selection', { path: '/?select=none' }],
      ['the page of one photo', { path: '/photo/:id' }],
      ['the upload form', { path: '/upload_photo' }],
      ['the settings', { path: '/settings' }],
      ['the list of albums', { path: '/albums' }],
      ['an album', { path: '/albums/:album' }],
      ['the list of shares', { path: '/shares' }],
      ['the form that shares an album', { path: '/shares?album=:album' }],
      ['the activity', { path: '/activity' }],
      ['the people of an album', { path: '/albums/:album/people' }],
      ['the list of invitations', { path: '/invitations' }],
      ['the page of a photo that does not exist', { path: '/photo/a000000000000000', status: 404 }],
      ['the notice of an edit', { path: '/photo/:id?notice=edited' }],
      ['the notice of a photo that was moved to the trash', { path: '/?notice=trash&photo=:id' }],
      ['the notice of selected photos', { path: '/?did=shift&minutes=-1500&photos=:id' }],
      ['the notice of a hidden day', { path: '/?hidden=2019-07-01' }],
      ['the notice of a mistake', { path: '/?did=none' }],
      ['the notice of the settings', { path: '/settings?notice=saved' }],
      ['the page of a broken link', { path: '/?cursor=broken', status: 400 }],
    ]),
  )('%s breaks no rule, light and dark, wide and narrow', async (_name, view) => {
    await visit(owner, { ...view, path: named(view.path) });
    expect(await violationsOf(owner)).toEqual([]);
  });

  test('a link in a mail leads to pages that break no rule, before and after', async () => {
    const [, link = ''] = /^<(.*)>$/.exec(headerOf(mailTo('ana')[0], 'List-Unsubscribe') ?? '') ?? [];
    await visit(stranger, { path: link.replace(SITE, '') });
    expect(await violationsOf(stranger)).toEqual([]);
    await stranger.getByRole('button', { name: 'Unsubscribe' }).click();
    await stranger.getByRole('heading', { name: 'Done' }).waitFor();
    expect(await violationsOf(stranger)).toEqual([]);
  });

  test('the open lightbox and its list of keys break no rule', async () => {
    await visit(owner, { path: '/' });
    await owner.locator('a.frame').first().click();
    await owner.locator('.pswp--ui-visible').waitFor();
    expect(await violationsOf(owner)).toEqual([]);
    await owner.keyboard.press('?');
    await owner.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await violationsOf(owner)).toEqual([]);
    await owner.keyboard.press('Escape');
  });

  test('the tray with uploads and a refused file breaks no rule, with its list and folded', async () => {
    await visit(owner, { path: '/upload_photo' });
    await owner.locator('input[type="file"]').setInputFiles([
      { name: 'one.jpg', mimeType: 'image/jpeg', buffer: await picture() },
      { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
    ]);
    await owner.getByRole('button', { name: 'Upload', exact: true }).click();
    await owner.locator('.tray li', { hasText: 'one.jpg' }).getByText('Added').waitFor();
    await owner.locator('.tray li', { hasText: 'notes.jpg' }).getByRole('button', { name: 'Try again' }).waitFor();
    expect(await violationsOf(owner)).toEqual([]);
    await owner.getByRole('button', { name: 'Hide the list' }).click();
    expect(await violationsOf(owner)).toEqual([]);
  });

  test('a mail breaks no rule in light and in dark', async () => {
    const cell = { title: 'At the sea', taken: 'taken on 1 July 2019', url: SITE, cid: undefined, alt: '' };
    const texts = { title: '2 photos posted', greeting: 'Hello ana, you posted two photos.', rest: 'And more.' };
    const links = { timelineUrl: `${SITE}/user/ana/web/`, unsubscribeUrl: `${SITE}/unsubscribe?token=t` };
    const page = await openPage(browser);
    await page.setContent(mailHtml({ ...texts, ...links, photos: [cell, { ...cell, title: '\u202eaes eht' }] }));
    // Pages have landmarks. A mail is read inside a page of the mail program.
    expect(
      await violationsOf(page, { rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } }),
    ).toEqual([]);
  });

  test('the pages of the console on entities, indexes, objects and mails break no rule', async () => {
    const { href, origin } = new URL(world.cloud.endpoints.console ?? '');
    const folder = join(dirname(world.cloud.endpoints.keyFile), 'mail');
    const mailer = captureMail({ folder, from: 'photos@photos.example', clock: world.clock });
    await mailer.send({ to: 'a@x.example', messageId: '<1@x>', subject: 'A mail', text: 'Hi', html: '<p>Hi</p>' });
    const page = await openPage(browser);
    const lines: string[] = [];
    page.on('console', (line) => lines.push(line.text()));
    const follow = async (section: string, link: RegExp) => {
      await visit(page, { path: `${origin}${section}` });
      await page.getByRole('main').getByRole('link', { name: link }).first().click();
      await page.waitForURL((url) => url.href !== `${origin}${section}`);
    };
    const found: string[] = [];
    // Axe cannot talk to the frames of a mail, which have an origin of their own.
    const look = async () => void found.push(...(await violationsOf(page, { iframes: false })));

    await visit(page, { path: href });
    await look();
    await visit(page, { path: `${origin}/datastore/indexes` });
    await look();
    await follow('/datastore/kind?kind=Photo&property=state&value=ready', /Photo/);
    await look();
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('button', { name: 'Save' }).waitFor();
    await look();
    await page.goBack();
    await page.getByRole('link', { name: /small\.jpg/ }).click();
    await page.getByRole('img', { name: /Preview/ }).waitFor();
    await look();
    await follow('/mail', /A mail/);
    await look();
    expect(found).toEqual([]);
    expect(lines).toEqual([]);
  });

  test('the result of an upload breaks no rule, light and dark, wide and narrow', async () => {
    const context = await browser.newContext({
      baseURL: world.url,
      storageState: await owner.context().storageState(),
    });
    const page = await context.newPage();
    // The pages' own script would upload without the form.
    await page.route('/assets/client/**', (route) => route.abort());
    await page.goto('/upload_photo');
    await page.locator('input[type="file"]').setInputFiles([
      { name: 'one.jpg', mimeType: 'image/jpeg', buffer: await picture() },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') },
    ]);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('heading', { name: '1 of 2 photos' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});

/** A JPEG whose data end in the middle of the picture. */
async function cutInside(): Promise<Buffer> {
  const whole = await picture({ width: 640, height: 480, takenAt: '2021-01-01T09:00:00' });
  return Buffer.concat([whole.subarray(0, Math.round(whole.length * 0.6)), Buffer.of(0xff, 0xd9)]);
}

async function openPage(browser: Browser, name?: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: world.url, viewport: SIZES[0] });
  const page = await context.newPage();
  if (name === undefined) return page;
  await signInOn(page, name);
  return page;
}

async function visit(page: Page, { path, status = 200 }: View): Promise<void> {
  const reply = await page.goto(path);
  expect(reply?.status()).toBe(status);
  await page.locator('main').waitFor();
}
