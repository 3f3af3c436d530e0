import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();
const NAMES = ['a', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'b', 'c/', 'c/1', 'Z', 'z', 'é', 'e\u0301', '\u{1F600}', '\uFF5E'];
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const sorted = NAMES.toSorted(byBytes);

beforeAll(async () => {
  for (const name of NAMES) await cloud.bucket.file(name).save(name, { resumable: false });
});

interface Page {
  items?: { name: string }[];
  prefixes?: string[];
  nextPageToken?: string;
}

async function listPage(query: Record<string, string>): Promise<Page> {
  const response = await fetch(
    `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o?${new URLSearchParams(query).toString()}`,
  );
  return (await response.json()) as Page;
}

/** Walks all pages. */
async function list(query: Record<string, string>) {
  const items: string[] = [];
  const prefixes: string[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const page: Page = await listPage(token ? { ...query, pageToken: token } : query);
    items.push(...(page.items ?? []).map(({ name }) => name));
    prefixes.push(...(page.prefixes ?? []));
    token = page.nextPageToken;
  }
  return { items, prefixes };
}

test('objects are listed in the order of the UTF-8 bytes of their names', async () => {
  expect((await list({})).items).toEqual(sorted);
});

test("the client's pages are opaque, and together give everything once", async () => {
  const [files] = await cloud.bucket.getFiles({ maxResults: 3 });
  expect(files).toHaveLength(3);
  const streamed: string[] = [];
  for await (const file of cloud.bucket.getFilesStream({ maxResults: 3 }) as AsyncIterable<{ name: string }>) {
    streamed.push(file.name);
  }
  expect(streamed.length).toBeGreaterThanOrEqual(3);
  expect((await list({ maxResults: '3' })).items).toEqual(sorted);
});

test('a delimiter folds what lies deeper into prefixes', async () => {
  expect(await list({ delimiter: '/' })).toEqual({
    items: sorted.filter((name) => !name.includes('/')),
    prefixes: ['a/', 'c/'],
  });
  expect(await list({ prefix: 'a/', delimiter: '/' })).toEqual({ items: ['a/1', 'a/2'], prefixes: ['a/b/'] });
});

test('prefixes count for a page as objects do, and none is told twice', async () => {
  const page = await listPage({ delimiter: '/', maxResults: '3' });
  expect((page.items?.length ?? 0) + (page.prefixes?.length ?? 0)).toBe(3);
  expect(await list({ delimiter: '/', maxResults: '1' })).toEqual(await list({ delimiter: '/' }));
});

test('includeTrailingDelimiter lists a prefix that is an object as an object too', async () => {
  const { items, prefixes } = await list({ prefix: 'c', delimiter: '/', includeTrailingDelimiter: 'true' });
  expect({ items, prefixes }).toEqual({ items: ['c/'], prefixes: ['c/'] });
});

test('startOffset is inclusive, endOffset exclusive', async () => {
  expect((await list({ startOffset: 'a/2', endOffset: 'b' })).items).toEqual(['a/2', 'a/b/1', 'a/b/2']);
});

test.each([
  ['a/*', ['a/1', 'a/2']],
  ['a/**', ['a/1', 'a/2', 'a/b/1', 'a/b/2']],
  ['a/**/1', ['a/1', 'a/b/1']],
  ['**/1', ['a/1', 'a/b/1', 'c/1']],
  ['{a,c}/[!2]', ['a/1', 'c/1']],
  ['?/1', ['a/1', 'c/1']],
  ['b', ['b']],
  ['a.b-c(+)|^$', []],
])('matchGlob %s picks what its pattern says', async (matchGlob, names) => {
  expect((await list({ matchGlob })).items).toEqual(names);
});

test('a damaged page token is 400', async () => {
  expect(await listPage({ pageToken: 'damaged' })).toMatchObject({ error: { code: 400 } });
});

test('an object is in the list right after its write, and out of it right after its delete', async () => {
  const file = cloud.bucket.file('fresh');
  await file.save('x', { resumable: false });
  expect((await list({ prefix: 'fresh' })).items).toEqual(['fresh']);
  await file.delete();
  expect((await list({ prefix: 'fresh' })).items).toEqual([]);
});

test('whatever is asked, pages of any size say what one look at all names says', async () => {
  const word = fc.constantFrom('', 'a', 'a/', 'b', 'c/', 'z', 'é');
  const query = fc.record({
    prefix: word,
    startOffset: word,
    endOffset: word,
    delimiter: fc.constantFrom('', '/', 'b'),
  });
  await fc.assert(
    fc.asyncProperty(query, fc.integer({ min: 1, max: 5 }), async (asked, size) => {
      expect(await list({ ...asked, maxResults: String(size) })).toEqual(expected(asked));
    }),
    { numRuns: 60 },
  );
});

function expected({ prefix, startOffset, endOffset, delimiter }: Record<string, string>) {
  const inside = sorted.filter(
    (name) =>
      name.startsWith(prefix!) && byBytes(name, startOffset!) >= 0 && (!endOffset || byBytes(name, endOffset) < 0),
  );
  const folded = inside.map((name) => {
    const at = delimiter ? name.indexOf(delimiter, prefix!.length) : -1;
    return at < 0 ? undefined : name.slice(0, at + delimiter!.length);
  });
  const prefixes = [...new Set(folded.filter((entry) => entry !== undefined))];
  return { items: inside.filter((_, index) => folded[index] === undefined), prefixes };
}
