import { expect, test } from 'vitest';
import { chaosWith } from '../support/chaos.ts';
import { figures } from '../support/cost-table.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { violationsOf } from '../web/axe.ts';
import { DESKTOP, describeInChromium } from '../web/chromium.ts';
import { consolePages, type ConsolePage } from './console-pages.ts';

const world = await startWorld({ reports: true, cloud: { console: { port: 0 } } });
const page = await consolePages(world.cloud);
const ana = await world.user('ana');

/** Uploads a photo, and runs its tasks. Returns the ids of photo and request. */
async function upload(): Promise<{ photo: string; request: string }> {
  const { body, headers } = await ana.upload(await picture()).expect(201);
  await world.drain();
  return { photo: body.photo.id as string, request: String(headers['x-request-id']) };
}

/** The page of a request, once the app has reported it. */
async function pageOf(request: string): Promise<ConsolePage> {
  const path = `/requests/one?id=${request}`;
  await expect.poll(async () => (await page.get(path)).text).toMatch(/X-Request-Id.*Log Time/);
  return page.get(path);
}

/** What stands in a column of the table of calls. */
const columnOf = ({ rows }: ConsolePage, at: number) => rows.filter((row) => row.length === 7).map((row) => row[at]);

test("an upload's page lists its calls with the operations of the cost table", async ({ skip }) => {
  skip(chaosWith('abort', 'cut', 'twice'), 'Left out in chaos: it counts operations.');
  await upload();
  const { photo, request } = await upload();
  const shown = await pageOf(request);
  expect(shown.text).toContain('POST /v1/photos Status 201');
  const [, calls = '', reads, writes, deletes] =
    figures.find((row) => row.startsWith('| upload | '))?.match(/upload \| (.+) \| (\d+) \| (\d+) \| (\d+) \|/) ?? [];
  expect(shown.text).toContain(`${reads} reads, ${writes} writes, ${deletes} deletes`);
  const datastore = columnOf(shown, 1).filter((call) => call?.startsWith('datastore'));
  expect(datastore.map((call) => call?.split(' ')[1])).toEqual(calls.split(', '));
  expect(columnOf(shown, 1)).toEqual(expect.arrayContaining(['storage objects.insert 200', 'tasks CreateTask']));
  expect(columnOf(shown, 3)).toContain(`${writes} writes`);
  expect(shown.text).toMatch(/\d+ index entries added or removed/);
  expect(shown.markup.match(/<rect class="datastore"/g)).toHaveLength(3);
  expect(shown.link(new RegExp(`Photo ${photo}`))).toContain(encodeURIComponent(JSON.stringify(photo)));
  expect(shown.link(new RegExp(`^photos/originals/.*${photo}`))).toContain('/storage/object?bucket=photos');
  expect(shown.text).toMatch(/INFO POST \/v1\/photos 201/);
  const entity = await page.get(shown.link(new RegExp(`Photo ${photo}`)));
  expect(entity.link('POST /v1/photos')).toContain(request);
  expect(entity.link(new RegExp(`^originals/.*${photo}`))).toContain('/storage/object?bucket=photos');
});

test('the task of an upload is followed to the request that ran it, and back', async () => {
  const { request } = await upload();
  const list = await page.get('/requests?path=/v1/photos&status=2&by=outside');
  expect(list.rows[0]?.slice(1, 3)).toEqual(['POST /v1/photos', '201']);
  const shown = await pageOf(request);
  const path = shown.link(/^variants \//);
  await expect
    .poll(async () => (await page.get(path)).text)
    .toMatch(/it has run.* Left by POST \/v1\/photos 201 Run by POST \/tasks\/make-variants 200/);
  const task = await page.get(path);
  const run = await page.get(task.link('POST /tasks/make-variants'));
  expect(run.text).toMatch(/Task variants \/ \d+ Left by POST \/v1\/photos 201/);
  expect(run.link('POST /v1/photos')).toContain(request);
  // The newest run stands first.
  expect(run.text).toContain(`make-variants: ${chaosWith('twice') ? 'nothing-to-do' : 'ready'}`);
});

test('a commit that was aborted is shown, and its next attempt beside it', async ({ skip }) => {
  skip(chaosWith('abort'), 'Left out in chaos: each transaction is aborted once.');
  const { photo } = await upload();
  await world.cloud.abortCommits(1);
  const edit = await ana.patch(`/v1/photos/${photo}`).send({ caption: 'Sea' }).expect(200);
  const shown = await pageOf(String(edit.headers['x-request-id']));
  expect(shown.text).toContain('Aborted 1 commit');
  const commits = shown.rows.filter((row) => row[1]?.startsWith('datastore Commit'));
  expect(commits.map((row) => row[1])).toEqual(['datastore Commit attempt 1 ABORTED', 'datastore Commit attempt 2']);
  expect(commits[0]?.[2]).toContain('Aborted due to cross-transaction contention.');
  expect(commits[0]?.[3]).toMatch(/^\(\d+ writes?\)$/);
});

test('a commit for several requests is shown with each of them, as shared', async () => {
  const { photo } = await upload();
  const edits = ['a', 'b', 'c', 'd'].map((caption) => ana.patch(`/v1/photos/${photo}`).send({ caption }).expect(200));
  const ids = (await Promise.all(edits)).map(({ headers }) => String(headers['x-request-id']));
  const pages = await Promise.all(ids.map(pageOf));
  const shared = pages.map(({ rows }) =>
    rows.find((row) => /Commit/.test(row[1] ?? '') && /shared/.test(row[2] ?? '')),
  );
  expect(shared.filter(Boolean).length).toBeGreaterThanOrEqual(2);
  const [first, second] = ids.filter((_id, at) => shared[at]);
  expect(shared.find(Boolean)?.[2]).toMatch(new RegExp(`shared with \\d other requests?: .*${second?.slice(0, 8)}`));
  expect(first).not.toBe(second);
});

test('a query is shown with its index, and a call of another program without a request', async () => {
  const timeline = await ana.get('/v1/timeline').expect(200);
  const shown = await pageOf(String(timeline.headers['x-request-id']));
  const query = shown.rows.find((row) => row[1] === 'datastore RunQuery')?.[2];
  expect(query).toMatch(/^Photo \(timelineKey, tile\) below User \w+ by timelineKey desc limit \d+/);
  expect(query).toContain('Index: Photo (ancestor, timelineKey desc, tile).');
  await world.datastore.get(world.datastore.key(['Note', '<b>other program</b>']));
  const { rows, markup } = await page.get('/requests/calls');
  expect(rows[0]?.slice(1, 4)).toEqual(['datastore Lookup', 'Note <b>other program</b> 0 found.', '1 read']);
  expect(markup).not.toContain('<b>other');
});

test('the list is filtered by path, status and route, and says that nothing fits', async () => {
  const missing = await ana.get('/v1/photos/0000000000000000').expect(404);
  await pageOf(String(missing.headers['x-request-id']));
  const { rows, text } = await page.get('/requests?status=4&route=/v1/photos/:id');
  expect(rows.map((row) => row.slice(1, 3))).toEqual([['GET /v1/photos/0000000000000000', '404']]);
  expect(text).toMatch(/1 of \d+ requests/);
  expect((await page.get('/requests?path=/nowhere')).text).toContain('No request fits this filter.');
  expect(await page.get('/requests/one?id=gone')).toMatchObject({ status: 404 });
});

test('the log is shown by severity and request, bounded, and with its markup as text', async () => {
  const line = (severity: string, requestId: string, message: string) =>
    JSON.stringify({
      severity,
      time: '2026-11-20T18:00:00.000Z',
      requestId,
      message,
      err: { stack: 'Error: x\n  at y' },
    });
  const many = Array.from({ length: 4_100 }, (_, at) => line('INFO', 'r1', `line ${at}`));
  await world.cloud.noteApp([], [...many, line('ERROR', 'r2', '<script>alert(1)</script>')]);
  expect((await page.get('/log')).text).toContain('4000 lines, the newest first.');
  const errors = await page.get('/log?severity=WARNING');
  expect(errors.rows).toHaveLength(1);
  expect(errors.rows[0]?.[2]).toContain('<script>alert(1)</script> 1 field err: {} Error: x at y');
  expect(errors.markup).not.toContain('<script>alert');
  expect((await page.get('/log?request=r1&text=LINE+4099')).rows).toHaveLength(1);
});

const address = world.cloud.endpoints.console ?? '';
describeInChromium('the console in Chromium', { url: new URL(address).origin, ...DESKTOP }, ({ open }) => {
  test('a request appears in the open list by itself, and leads to its task and entity in four clicks', async () => {
    const browser = await open();
    await browser.goto(address);
    await browser.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Requests' }).click();
    const { photo, request } = await upload();
    await browser.locator(`a[href$="${request}"]`).click();
    await browser
      .getByRole('link', { name: /^variants/ })
      .first()
      .click();
    await browser.getByRole('link', { name: 'POST /tasks/make-variants' }).last().click();
    await browser
      .getByRole('link', { name: new RegExp(`Photo ${photo}$`) })
      .first()
      .click();
    expect(await browser.locator('h1').innerText()).toContain(photo);
  });

  test('axe finds nothing on the pages of requests, tasks and switches', async () => {
    const { request } = await upload();
    await pageOf(request);
    const browser = await open();
    await browser.goto(address);
    const found: string[] = [];
    const queue = '/tasks/queue?name=projects/photo-timeline/locations/local/queues/mail';
    const paths = ['/requests', `/requests/one?id=${request}`, queue, '/tasks/cron', '/switches'];
    for (const path of paths) {
      await browser.goto(new URL(path, address).href);
      found.push(...(await violationsOf(browser)).map((line) => `${path} at ${line}`));
    }
    expect(found).toEqual([]);
  });
});
