import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ratioClass, SHAPES } from '../../src/features/web/parts/photo-figure.ts';
import { renderList, type ListPage } from '../../src/features/web/pages/list-page.ts';
import { renderPhotoPage } from '../../src/features/web/pages/photo-page.ts';
import { renderWelcome } from '../../src/features/web/pages/welcome-page.ts';
import { renderUploadPage } from '../../src/features/web/pages/upload-page.ts';
import { renderUserPage } from '../../src/features/web/pages/user-page.ts';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { sharedPhoto, shownPhoto } from './shown-photo.ts';

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;

const home = (page: Partial<ListPage> = {}) =>
  renderList({
    list: 'timeline',
    handle: 'ana',
    photos: [],
    next: null,
    prev: null,
    maxUploadBytes: 30 * 2 ** 20,
    ...page,
  });

const welcome = (localSignIn = true) =>
  renderWelcome({ localSignIn, registrationOpen: true, pairs: false, providers: [] });

const single = (photo: Photo) =>
  renderPhotoPage({ list: 'timeline', handle: 'ana', photo, newer: undefined, older: undefined });

/** The page without the one script that it loads by address. */
const withoutOwnScript = (page: string) =>
  page.replace(/<script type="module" src="\/assets\/client\/[\w-]{16}\/main\.ts"><\/script>/, '');
/** The start tags with this name. */
const tags = (page: string, name: string) => page.match(new RegExp(`<${name}\\s[^>]*>`, 'g')) ?? [];
/** The text behind the last tag of a match. */
const afterTag = (match: string) => match.slice(match.lastIndexOf('>') + 1);
/** The pictures of the grid, without the mark of the service. */
const pictures = (page: string) => tags(page, 'img').filter((tag) => tag.includes('srcset'));

describe('the photos of a page', () => {
  test('each have an alternative text and their size, so that nothing moves when they arrive', () => {
    const photos = [shownPhoto({ alt: 'A dog' }), shownPhoto({ caption: 'Rex' }), shownPhoto()];
    const shown = pictures(home({ photos }));
    expect(shown).toHaveLength(3);
    for (const tag of shown) expect(tag).toMatch(/width="4032"\s+height="3024"/);
    expect(shown.map((tag) => /alt="([^"]*)"/.exec(tag)?.[1])).toEqual(['A dog', 'Rex', 'Photo of 1 Jul 2019, 10:00']);
  });

  test('offer each width once, though several sizes of a small photo are the same', () => {
    const { variants } = shownPhoto();
    const same = { ...variants.small, width: 200, height: 150 };
    const [tag] = pictures(home({ photos: [shownPhoto({ variants: { ...variants, small: same, medium: same } })] }));
    expect(/srcset="([^"]*)"/.exec(tag ?? '')?.[1]?.match(/ \d+w/g)).toEqual([' 200w', ' 256w']);
  });

  test('photos of the timeline stand under the local days on which they were taken', () => {
    const locals = ['2019-07-02T00:10:00', '2019-07-01T23:59:59', '2019-07-01T00:00:00'];
    const photos = locals.map((local) => shownPhoto({ takenAt: { ...shownPhoto().takenAt, local } }));
    expect(
      home({ photos })
        .match(/<h2[^>]*><time datetime="2019-07-..">[^<]*/g)
        ?.map(afterTag),
    ).toEqual(['Tue, 2 Jul 2019', 'Mon, 1 Jul 2019']);
  });

  test('a heading tells no more of a day than is known of it', () => {
    const takenAt = { ...shownPhoto().takenAt, precision: 'month' as const };
    expect(home({ photos: [shownPhoto({ takenAt })] })).toContain('<time datetime="2019-07">July 2019</time></h2>');
  });

  test('recently added photos stand under the days on which they were posted', () => {
    const photos = ['2026-11-20T23:59:59Z', '2026-11-20T00:00:00Z', '2026-11-19T23:59:59Z'];
    const page = home({ list: 'recent', photos: photos.map((postedAt) => shownPhoto({ postedAt })) });
    expect(page.match(/<time datetime="2026-11-..">[^<]*/g)).toEqual([
      '<time datetime="2026-11-20">Fri, 20 Nov 2026',
      '<time datetime="2026-11-19">Thu, 19 Nov 2026',
    ]);
  });

  test('photos show a blurred bitmap until they are loaded, and small ones are not enlarged', () => {
    const blurred = home({
      photos: [shownPhoto({ placeholder: 'AAgCBIAIiIiIiIiIiIiHeId3cA==', width: 40, height: 30 })],
    });
    expect(blurred).toMatch(/<img class="blur" src="data:image\/bmp;base64,Qk[\w+/=]{100,300}" alt="" \/>/);
    expect(blurred).toContain('class="tiny"');
    expect(pictures(blurred)).toEqual([]);
  });

  test('tell when they were taken, unless nothing but the upload is known', () => {
    const takenAt = { ...shownPhoto().takenAt, source: 'upload' as const };
    expect(home({ photos: [shownPhoto()] })).toContain('<time datetime="2019-07-01T10:00:00">1 Jul 2019, 10:00</time>');
    expect(home({ photos: [shownPhoto({ takenAt })] })).not.toContain('<time datetime="2019-07-01T');
  });

  test.each([
    ['minute', '2019-07-01T10:00', '1 Jul 2019, 10:00'],
    ['day', '2019-07-01', '1 Jul 2019'],
    ['month', '2019-07', 'July 2019'],
    ['year', '2019', '2019'],
  ] as const)('tell no more of a time than is known: the %s', (precision, stamp, written) => {
    const takenAt = { ...shownPhoto().takenAt, precision };
    const page = home({ photos: [shownPhoto({ takenAt })] });
    expect(page).toContain(`<time datetime="${stamp}">${written}</time>`);
    expect(page).toContain(`alt="Photo of ${written}"`);
  });

  test('failed photos offer their original on a page instead of a broken picture', () => {
    const page = home({ photos: [shownPhoto({ state: 'failed', fileName: HOSTILE })] });
    expect(pictures(page)).toEqual([]);
    expect(page).toContain('image/original?t=t');
  });

  test('failed photos offer other users nothing but their caption', () => {
    const photos = [sharedPhoto({ state: 'failed', caption: 'Rex' })];
    const page = renderUserPage({ handle: 'ana', photos, next: null, prev: null, canPost: false });
    expect(page).toContain('This photo cannot be shown.');
    expect(page).toContain('Rex');
    expect(page).not.toContain('/image/');
  });

  test('get a class of the stylesheet that is at most a tenth beside their shape', () => {
    const style = readFileSync(new URL('../../src/features/web/assets/style.css', import.meta.url), 'utf8');
    const classes = Array.from(style.matchAll(/\.ratio-(\d+) \{/g), ([, percent]) => Number(percent));
    expect(classes).toEqual(SHAPES);
    for (let width = 400; width <= 3200; width++) {
      const shape = Number(ratioClass({ width, height: 1000 }).slice('ratio-'.length)) * 10;
      expect(Math.abs(Math.log(shape / width))).toBeLessThan(0.1);
    }
  });
});

describe('what users write', () => {
  const hostileTexts = { caption: HOSTILE, alt: HOSTILE, color: HOSTILE };
  const hostile = shownPhoto({ ...hostileTexts, fileName: HOSTILE });
  const failed = shownPhoto({ ...hostile, state: 'failed' });
  const page = { handle: HOSTILE, photos: [hostile, failed], next: HOSTILE, prev: HOSTILE };

  test.each([
    ['the home page', home(page)],
    ['the page of a photo', single(hostile)],
    ['the page of a photo that failed', single(failed)],
    ['the page of a user', renderUserPage({ ...page, photos: [sharedPhoto(hostileTexts)], canPost: true })],
    ['the upload page', renderUploadPage({ ...page, maxBytes: 30 * 2 ** 20 })],
  ])('text of users cannot become markup on %s', (_name, markup) => {
    expect(withoutOwnScript(markup)).not.toContain('<script');
    expect(markup).not.toContain('<img src=x');
    expect(markup).toContain('&#60;script&#62;');
  });
});

describe('all pages', () => {
  const photos = [shownPhoto({ caption: 'Rex' })];
  test.each([
    ['home', home({ photos, next: 'n', prev: 'p', notice: 'duplicate' })],
    ['welcome', welcome()],
    ['photo', single(photos[0] ?? shownPhoto())],
    ['user', renderUserPage({ handle: 'ana', photos: [sharedPhoto()], next: null, prev: null, canPost: true })],
    ['upload', renderUploadPage({ handle: 'ana', maxBytes: 30 * 2 ** 20 })],
  ])('%s has one script by address, and no script or style of its own', (_name, page) => {
    expect(withoutOwnScript(page)).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page.match(/<main/g)).toHaveLength(1);
  });
});

test('the upload form offers files of the HEIF container by each of their endings', () => {
  const input =
    tags(renderUploadPage({ handle: 'ana', maxBytes: 30 * 2 ** 20 }), 'input').find((tag) =>
      tag.includes('type="file"'),
    ) ?? '';
  const offered = /accept="([^"]*)"/.exec(input)?.[1]?.split(',');
  expect(offered).toEqual(expect.arrayContaining(['image/heif', '.heic', '.heif', '.hif']));
});

describe('the home page', () => {
  test('links to the pages beside it', () => {
    const links = tags(home({ next: 'old+er', prev: 'newer' }), 'a').filter((tag) => tag.includes('cursor'));
    expect(links).toEqual(['<a rel="prev" href="/?cursor=newer">', '<a rel="next" href="/?cursor=old%2Ber">']);
  });

  test('the home page asks a stranger for a name only where a name is enough', () => {
    expect(welcome()).toContain('action="/signin"');
    const page = welcome(false);
    expect(page).not.toContain('<form');
    expect(page).toContain('ID token');
  });
});

test('the page of a user has its form only for those who may post', () => {
  const page = { handle: 'a.b', photos: [], next: 'older', prev: 'newer' };
  expect(renderUserPage({ ...page, canPost: false })).not.toContain('<form');
  const posting = renderUserPage({ ...page, canPost: true });
  expect(posting).toContain('action="/post/a.b/"');
  expect(posting).toContain('href="/user/a.b/web/?cursor=older"');
  expect(posting).toContain('href="/user/a.b/web/?cursor=newer"');
  expect(posting.indexOf('name="user"')).toBeLessThan(posting.indexOf('name="image"'));
});
