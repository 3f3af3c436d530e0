import request from 'supertest';
import { expect, test } from 'vitest';
import { startWorld } from '../support/world.ts';
import { violationsOf } from './axe.ts';
import { describeInChromium, DESKTOP, PHONE } from './chromium.ts';

const world = await startWorld();

/** The operations of the reference on a page, by their ids. */
const operationsOn = (page: string) =>
  Array.from(page.matchAll(/<article class="panel" id="([a-z]\w+)"/g), ([, id]) => id);

test('without script, the search shows operations that have all words, and each has a request for a shell', async () => {
  const pageOf = async (query: string) => (await request(world.url).get(`/docs${query}`).expect(200)).text;
  const all = await pageOf('');
  const found = await pageOf('?q=+Trash%20delete+');
  expect(operationsOn(found)).toEqual(['deletePhotosById', 'deleteTrash', 'deleteTrashById']);
  expect(found).toContain('3 operations have these words.');
  expect(operationsOn(all).length).toBeGreaterThan(70);
  expect(await pageOf('?q=no+such+thing')).toContain('No operation has these words.');
  expect(await pageOf(`?q=${encodeURIComponent('"><script>x')}`)).not.toContain('<script>x');
  await request(world.url)
    .get(`/docs?q=${'x'.repeat(101)}`)
    .expect(400);
  expect(all).toContain(
    'curl -X POST &#34;$SERVICE/v1/albums&#34; \\\n  -H &#34;Authorization: Bearer $TOKEN&#34; \\\n' +
      '  -H &#39;Content-Type: application/json&#39; \\\n  -d &#39;{&#34;title&#34;:&#34;Summer by the lake&#34;',
  );
  expect(all).toContain('-F image=@DSC_0665.jpg');
  expect(all).toContain('/v1/memories?date=2026-07-01&#34;');
});

describeInChromium('the reference', { url: world.url }, ({ signIn, open, tolerate }) => {
  test('filters while a person types, by keys too, and leads to the first operation found', async () => {
    const page = await open(PHONE);
    await page.goto('/docs');
    await page.locator('docs-search:defined').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('trash DELETE');
    expect(await page.locator('docs-search nav li:visible').allTextContents()).toEqual([
      'DELETE /v1/photos/{id}',
      'DELETE /v1/trash',
      'DELETE /v1/trash/{id}',
    ]);
    expect(await page.locator('docs-search article:visible').count()).toBe(3);
    expect(await page.locator('docs-search [role=status]').textContent()).toBe('Operations with these words: 3.');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#deleteTrash$/);
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await page.locator('docs-search article:visible').count()).toBeGreaterThan(70);
  });

  test('sends a request with the session of the page, asks before it changes something, and shows the reply', async () => {
    tolerate(/status of 401/);
    const page = await signIn('ben', DESKTOP);
    // A short page: the accessibility of the whole one has a test of its own.
    await page.goto('/docs?q=album+without+photos');
    const tried = async (operation: string) => {
      const article = page.locator(`#${operation}`);
      await article.locator('summary').first().click();
      await article.locator('try-operation button').waitFor();
      return article;
    };
    const albums = await tried('postAlbums');
    const questions: string[] = [];
    let answer = false;
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void (answer ? dialog.accept() : dialog.dismiss());
    });
    await albums.locator('textarea').fill('{"title": "Tried"}');
    await albums.locator('try-operation button').click();
    expect(questions).toEqual(['Send POST /v1/albums? It changes your account.']);
    expect(await albums.locator('[role=status]').textContent()).toBe('');
    answer = true;
    await albums.locator('try-operation button').click();
    await albums.locator('[role=status] > p', { hasText: '201 Created' }).waitFor();
    expect(await albums.locator('[role=status] pre').last().textContent()).toContain('"title": "Tried"');
    expect(await albums.locator('[role=status] details pre').textContent()).toMatch(
      /^location: \/v1\/albums\/\w{16}$/m,
    );
    expect(await violationsOf(page)).toEqual([]);

    await page.goto('/docs?q=get+/v1/timeline');
    const timeline = await tried('getTimeline');
    await timeline.getByLabel('limit (query, optional)').fill('7');
    await timeline.locator('try-operation button').click();
    await timeline.locator('[role=status] > p', { hasText: '200 OK' }).waitFor();
    expect(questions).toHaveLength(2);

    await page.context().clearCookies();
    await timeline.locator('try-operation button').click();
    await timeline.locator('[role=status] > p', { hasText: '401 Unauthorized' }).waitFor();
    expect(await timeline.getByText('Sign in, and come back.').getAttribute('href')).toBe(
      '/sign-in?returnTo=%2Fdocs%23getTimeline',
    );
  });
});
