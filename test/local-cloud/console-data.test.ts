import { PropertyFilter } from '@google-cloud/datastore';
import { Storage } from '@google-cloud/storage';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { linkTo } from '../../src/local-cloud/console/section.ts';
import { linksIn, openConsole, unescaped } from './console-client.ts';
import { datastoreOf, startForFile } from './whole/in-thread.ts';

const INDEXES = `indexes:
- kind: Many
  properties:
  - name: parity
  - name: n
    direction: desc
- kind: Many
  properties:
  - name: n
  - name: parity
`;
const cloud = await startForFile({ console: { port: 0 }, files: { indexes: INDEXES, queues: '', cron: '' } });
const datastore = datastoreOf(cloud);
const bucket = new Storage({ projectId: 'p', apiEndpoint: cloud.endpoints.storage }).bucket('photos');
const browser = await openConsole(cloud);

const MARKUP = '<img src=x onerror=alert(1)>"\'&';
const ANA = datastore.key(['User', 'ana']);
const PHOTO = datastore.key(['User', 'ana', 'Photo', 'p1']);
const entityOf = (path: string[]) => linkTo('/datastore/entity', { key: JSON.stringify(path) });
const PHOTO_PAGE = entityOf(['User', 'ana', 'Photo', 'p1']);

const view = { caption: MARKUP, object: 'originals/ana/p1', postedAt: Date.UTC(2026, 10, 30), sizes: [1, 2, 3] };
await datastore.save([
  { key: ANA, data: { handle: 'ana', photos: 1, score: 0.5, public: true, born: new Date(0), none: null } },
  { key: PHOTO, data: { view: JSON.stringify(view), state: 'ready', order: 1 }, excludeFromIndexes: ['view'] },
  { key: datastore.key([MARKUP, MARKUP]), data: { [MARKUP]: MARKUP } },
  { key: datastore.key({ path: ['Elsewhere', 1], namespace: 'other' }), data: { there: 'yes' } },
  ...Array.from({ length: 60 }, (_, n) => ({ key: datastore.key(['Many', n + 1]), data: { n, parity: n % 2 } })),
]);
const PICTURE = await readFile(new URL('../../docs/timeline.png', import.meta.url));
await bucket
  .file('originals/ana/p1')
  .save(PICTURE, { contentType: 'image/png', metadata: { metadata: { camera: MARKUP } } });
await bucket.file('variants/ana/p1/small.txt').save(`small ${MARKUP}`, { contentType: 'text/html' });

test('kinds are listed with their counts for each namespace, and markup in names stays text', async () => {
  const kinds = await browser.page('/datastore');
  expect(kinds).toMatch(/kind=Many">Many<\/a>\s*<\/th>\s*<td class="number">60</);
  expect(kinds).not.toContain('<img src=x');
  expect(unescaped(kinds)).toContain(MARKUP);
  expect(kinds).not.toContain('Elsewhere');
  const other = linksIn(kinds).find((link) => link.includes('ns=other')) ?? '';
  expect(await browser.page(other)).toContain('Elsewhere');
  const odd = await browser.page(entityOf([MARKUP, MARKUP]));
  expect(odd).not.toContain('<img src=x');
  expect(unescaped(odd)).toContain(MARKUP);
});

test('entities of a kind are listed by pages, and by a value of any type', async () => {
  const first = await browser.page('/datastore/kind?kind=Many');
  expect(first.match(/\/datastore\/entity\?/g)).toHaveLength(50);
  const next = linksIn(first).find((link) => link.includes('cursor=')) ?? '';
  expect((await browser.page(next)).match(/\/datastore\/entity\?/g)).toHaveLength(10);
  const counted = async (kind: string, property: string, value: string) => {
    const found = await browser.page(linkTo('/datastore/kind', { kind, property, value }));
    return (found.match(/\/datastore\/entity\?/g) ?? []).length;
  };
  expect(await counted('Many', 'parity', '1')).toBe(30);
  expect(await counted('User', 'handle', 'ana')).toBe(1);
  expect(await counted('User', 'score', '0.5')).toBe(1);
  expect(await counted('User', 'public', 'true')).toBe(1);
  expect(await counted('User', 'born', '1970-01-01T00:00:00Z')).toBe(1);
  expect(await counted('User', 'none', 'null')).toBe(1);
  expect(await counted('User', '__key__', '["User","ana"]')).toBe(1);
  expect(await counted('User', 'handle', 'eve')).toBe(0);
  const below = await browser.page(linkTo('/datastore/kind', { ancestor: '["User","ana"]' }));
  expect(below.match(/\/datastore\/entity\?/g)).toHaveLength(3);
});

test('an entity shows its JSON text as a tree and leads to its objects, and an object leads back to it', async () => {
  const page = await browser.page(PHOTO_PAGE);
  expect(page).toContain('<span class="name">postedAt</span> <span class="literal">');
  expect(page).toContain('2026-11-30T00:00:00.000Z');
  expect(page).not.toContain('<img src=x');
  const objects = linksIn(page).filter((link) => link.startsWith('/storage/object'));
  expect(objects.map((link) => new URLSearchParams(link.split('?')[1]).get('name'))).toEqual([
    'originals/ana/p1',
    'variants/ana/p1/small.txt',
    'originals/ana/p1',
  ]);
  const object = await browser.page(objects[0] ?? '');
  expect(linksIn(object)).toContain(PHOTO_PAGE);
  expect((await browser.get(entityOf(['User', 'eve']))).status).toBe(404);
  expect((await browser.get('/datastore/entity?key=x')).status).toBe(400);
});

test('an entity of 1 MiB is shown cut to a short page, and whole behind a link', async () => {
  const text = JSON.stringify({ list: Array.from({ length: 60_000 }, (_, n) => `n${n}`) }).padEnd(1_000_000);
  await datastore.save({ key: datastore.key(['Large', 'one']), data: { text }, excludeFromIndexes: ['text'] });
  const page = await browser.page(entityOf(['Large', 'one']));
  expect(page.length).toBeLessThan(60_000);
  const whole = linksIn(page).find((link) => link.startsWith('/datastore/value')) ?? '';
  const reply = await browser.get(whole);
  expect(reply.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
  expect(await reply.text()).toBe(text);
});

test('an edit is saved with its types, and refused with the place of a fault', async () => {
  const edit = PHOTO_PAGE.replace('entity', 'edit');
  const entered = /<textarea[^>]*>([^<]*)</.exec(await browser.page(edit))?.[1] ?? '';
  const properties = JSON.parse(unescaped(entered)) as Record<string, Record<string, unknown>>;
  expect(properties).toEqual({
    view: { jsonText: view, excludeFromIndexes: true },
    state: { stringValue: 'ready' },
    order: { integerValue: '1' },
  });
  const changed = {
    view: { jsonText: { ...view, caption: 'Changed' }, excludeFromIndexes: true },
    state: { nullValue: null },
    order: { doubleValue: 1.5 },
    at: { timestampValue: '2026-11-30T00:00:00.000001Z' },
    bytes: { blobValue: 'AAE=' },
    owner: { keyValue: { path: [{ kind: 'User', name: 'ana' }] } },
    list: { arrayValue: { values: [{ booleanValue: true }, { integerValue: '9007199254740993' }] } },
    inner: { entityValue: { properties: { x: { geoPointValue: { latitude: 1, longitude: 2 } } } } },
  };
  const saved = await browser.send(edit, { properties: JSON.stringify(changed) });
  expect(saved.status).toBe(303);
  expect(await browser.page(saved.headers.get('Location') ?? '')).toContain('The entity was saved.');
  const [entity] = (await datastore.get(PHOTO, { wrapNumbers: true })) as [Record<string, unknown>];
  expect(entity).toMatchObject({ state: null, order: 1.5, owner: ANA, bytes: Buffer.from([0, 1]) });
  expect(JSON.parse(String(entity['view']))).toMatchObject({ caption: 'Changed' });
  expect(JSON.parse(JSON.stringify(entity['list']))).toMatchObject([true, { value: '9007199254740993' }]);

  const faults = {
    '{': 'This is not JSON',
    '[]': 'The text must be an object.',
    '{"a":{"stringValue":1}}': 'a.stringValue must be a text.',
    '{"a":{"stringValue":"x","integerValue":"1"}}': 'a must have exactly one of',
    '{"a":{"arrayValue":{"values":[{"integerValue":"1e3"}]}}}':
      'a.arrayValue.values[0].integerValue must be a whole number',
    '{"a":{"entityValue":{"properties":{"b":{"timestampValue":"now"}}}}}': 'a.entityValue.properties.b.timestampValue',
    '{"a":{"jsonText":"x"}}': 'a.jsonText must be an object or a list.',
  };
  for (const [properties, words] of Object.entries(faults)) {
    const refused = await browser.send(edit, { properties });
    const markup = unescaped(await refused.text());
    expect(refused.status).toBe(400);
    expect(markup).toContain(words);
    expect(markup).toContain(`\n${properties}</textarea>`);
  }
  const long = await browser.send(edit, { properties: JSON.stringify({ a: { stringValue: 'x'.repeat(1501) } }) });
  expect(long.status).toBe(400);
});

test('an edit and a delete of an entity that has changed meanwhile are refused', async () => {
  const key = datastore.key(['Fought', 'one']);
  await datastore.save({ key, data: { n: 1 } });
  const page = entityOf(['Fought', 'one']);
  const opened = /name="version" value="(\d+)"/.exec(await browser.page(page.replace('entity', 'edit')))?.[1] ?? '';
  await datastore.save({ key, data: { n: 2 } });
  const stale = { version: opened, properties: '{"n":{"integerValue":"3"}}' };
  const edited = await browser.send(page.replace('entity', 'edit'), stale);
  expect(edited.status).toBe(409);
  expect(unescaped(await edited.text())).toContain(stale.properties);
  expect((await browser.send(page.replace('entity', 'delete'), { version: opened })).status).toBe(409);
  expect((await datastore.get(key))[0]).toMatchObject({ n: 2 });

  expect((await browser.send(page.replace('entity', 'delete'))).status).toBe(303);
  expect((await datastore.get(key))[0]).toBeUndefined();
  expect((await browser.get(page)).status).toBe(404);
});

test('indexes are listed with their queries, and a refused query with the index to add', async () => {
  const before = await browser.page('/datastore/indexes');
  expect(before).not.toContain('Refused queries');
  expect(rowsIn(before)).toContain('Many | parity, n desc | 60 | 0 | not used');
  const query = datastore.createQuery('Many').filter(new PropertyFilter('parity', '=', 1));
  await datastore.runQuery(query.order('n', { descending: true }).limit(5));
  await datastore.runAggregationQuery(
    datastore
      .createAggregationQuery(datastore.createQuery('Many').filter(new PropertyFilter('n', '>', 3)))
      .count('found'),
  );
  for (const name of ['x', 'y', 'x']) {
    const refused = datastore
      .createQuery('User')
      .filter(new PropertyFilter('handle', '=', 'ana'))
      .order(name);
    await expect(datastore.runQuery(refused)).rejects.toThrow('no matching index found');
  }
  const after = await browser.page('/datastore/indexes');
  expect(rowsIn(after)).toContain('Many | parity, n desc | 60 | 1 | 1970-01-01 00:00:00');
  expect(rowsIn(after)).toContain('Many | n, parity | 60 | 0 | not used');
  expect(rowsIn(after)).toContain('Many | n | 1 | 1970-01-01 00:00:00');
  expect(rowsIn(after)).toContain('Many | parity | 0 | not used');
  const needed = Array.from(after.matchAll(/<pre[^>]*>([^<]*)</g), ([, text = '']) => text.trim());
  expect(needed).toEqual(['x', 'y'].map((name) => `- kind: User\n  properties:\n  - name: handle\n  - name: ${name}`));
  expect(unescaped(after)).toContain('User where handle = "ana" by x');
});

/** The rows of the tables of a page: the texts of their cells. */
const rowsIn = (markup: string) =>
  Array.from(markup.matchAll(/<tr>(.*?)<\/tr>/gs), ([, row = '']) =>
    Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs), ([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '').trim()),
  ).map((cells) => cells.join(' | '));

test('an object shows its picture or its text, its metadata and its generations, and never runs as a page', async () => {
  await bucket.setMetadata({ versioning: { enabled: true } });
  const file = bucket.file('variants/ana/p1/small.txt');
  await file.save('<script>alert(1)</script>', { contentType: 'text/html' });
  const page = await browser.page('/storage/object?bucket=photos&name=variants/ana/p1/small.txt');
  expect(unescaped(page)).toContain('<pre class="code" tabindex="0">\n<script>alert(1)</script></pre>');
  expect(page).not.toContain('<script>alert');
  expect(page.match(/class="pill">live/g)).toHaveLength(1);
  const old = linksIn(page).find((link) => /^\/storage\/object\?.*generation=/.test(link)) ?? '';
  expect(unescaped(await browser.page(old))).toContain(`small ${MARKUP}`);
  const html = await browser.get('/storage/media?bucket=photos&name=variants/ana/p1/small.txt');
  expect(html.headers.get('Content-Type')).toBe('application/octet-stream');
  expect(html.headers.get('Content-Disposition')).toBe(`attachment; filename="small.txt"; filename*=UTF-8''small.txt`);
  expect(html.headers.get('Content-Security-Policy')).toContain('sandbox');

  const text = JSON.stringify({ long: 'long '.repeat(10_000) });
  await bucket.file('packed.json').save(text, { gzip: true, contentType: 'application/json' });
  const packed = await browser.page('/storage/object?bucket=photos&name=packed.json');
  expect(unescaped(packed)).toContain(text.slice(0, 16_384));
  expect(packed).toContain('The first 16 KiB are shown.');
  expect(await (await browser.get('/storage/media?bucket=photos&name=packed.json')).text()).toBe(text);

  const picture = await browser.page('/storage/object?bucket=photos&name=originals/ana/p1');
  expect(unescaped(picture)).toContain(MARKUP);
  const source = /<img src="([^"]+)" alt="Preview/.exec(picture)?.[1] ?? '';
  const media = await browser.get(unescaped(source));
  expect(media.headers.get('Content-Type')).toBe('image/png');
  expect(Buffer.from(await media.arrayBuffer())).toEqual(PICTURE);
});

test('a bucket is listed by folders and prefixes, and a deleted object is gone', async () => {
  expect(await browser.page('/storage')).toMatch(/bucket=photos">photos<\/a>/);
  const top = await browser.page('/storage/bucket?bucket=photos');
  expect(linksIn(top)).toContain('/storage/bucket?bucket=photos&prefix=originals%2F');
  expect(await browser.page('/storage/bucket?bucket=photos&prefix=none')).toContain('No name begins with this.');
  await Promise.all(Array.from({ length: 51 }, (_, n) => bucket.file(`many/${n + 100}`).save('x')));
  const first = await browser.page('/storage/bucket?bucket=photos&prefix=many/');
  const next = linksIn(first).find((link) => link.includes('from=')) ?? '';
  expect(linksIn(await browser.page(next)).filter((link) => link.startsWith('/storage/object'))).toHaveLength(1);

  const gone = await browser.send('/storage/delete?bucket=photos&name=many/100');
  expect(gone.headers.get('Location')).toBe('/storage/bucket?bucket=photos&prefix=many%2F');
  expect(await bucket.file('many/100').exists()).toEqual([false]);
  expect((await browser.get('/storage/object?bucket=photos&name=many/100')).status).toBe(404);
  expect((await browser.get('/storage/bucket?bucket=none')).status).toBe(404);
});
