import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

test('a projection gives one row per combination of values, in index order', async () => {
  const datastore = await connect();
  await datastore.save({ key: datastore.key(['Book', 'one']), data: { author: 'Ada', tags: ['b', 'a'], pages: 9 } });
  await datastore.save({ key: datastore.key(['Book', 'two']), data: { author: 'Bo', tags: 'c' } });
  const [rows] = await datastore.runQuery(datastore.createQuery('Book').select(['author', 'tags']));
  expect(rows.map((row) => Object.entries(row))).toEqual([
    [
      ['author', 'Ada'],
      ['tags', 'a'],
    ],
    [
      ['author', 'Ada'],
      ['tags', 'b'],
    ],
    [
      ['author', 'Bo'],
      ['tags', 'c'],
    ],
  ]);
});

test('a projection of one property needs no composite index and leaves out who lacks it', async () => {
  const datastore = await connect();
  await datastore.save([
    { key: datastore.key(['Book', 'one']), data: { pages: 5.5 } },
    { key: datastore.key(['Book', 'two']), data: { pages: 3 } },
    { key: datastore.key(['Book', 'none']), data: { title: 'x' } },
    { key: datastore.key(['Book', 'hidden']), data: { pages: 4 }, excludeFromIndexes: ['pages'] },
  ]);
  const query = datastore.createQuery('Book').select('pages').order('pages', { descending: true });
  expect((await datastore.runQuery(query))[0].map(({ pages }) => pages)).toEqual([5.5, 3]);
});

test('distinct_on keeps the first row of each combination, across cursors too', async () => {
  const datastore = await connect();
  const books = [
    ['Ada', 'x'],
    ['Ada', 'a'],
    ['Bo', 'm'],
    ['Cy', 'q'],
    ['Cy', 'b'],
  ].map(([author, tags], at) => ({ key: datastore.key(['Book', `b${at}`]), data: { author, tags } }));
  await datastore.save(books);
  const query = () => datastore.createQuery('Book').select(['author', 'tags']).groupBy('author');
  const [first, info] = await datastore.runQuery(query().limit(1));
  const [rest] = await datastore.runQuery(query().start(info.endCursor!));
  expect([...first, ...rest].map(({ author, tags }) => [author, tags])).toEqual([
    ['Ada', 'a'],
    ['Bo', 'm'],
    ['Cy', 'b'],
  ]);
});

test('a projected property cannot be filtered for equality', async () => {
  const datastore = await connect();
  const query = datastore.createQuery('Book').select('pages').filter('pages', 3);
  expect(await failure(datastore.runQuery(query))).toMatchObject({ code: 3 });
});

test('a keys-only query gives keys and nothing else', async () => {
  const datastore = await connect();
  await datastore.save({
    key: datastore.key(['Shelf', 's', 'Book', datastore.int('4611686018427387905')]),
    data: { a: 1 },
  });
  const [[row], info] = await datastore.runQuery(datastore.createQuery('Book').select('__key__'));
  expect(row[datastore.KEY].path).toEqual(['Shelf', 's', 'Book', '4611686018427387905']);
  expect(Object.keys(row)).toEqual([]);
  expect(info.moreResults).toBe('NO_MORE_RESULTS');
});

test('neighbouring values are all found when distinct ones are walked backwards', async () => {
  const datastore = await connect();
  const books = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((title) =>
    ['1', '2', '3'].map((copy) => ({ key: datastore.key(['Book', title + copy]), data: { title } })),
  );
  await datastore.save(books);
  const query = datastore.createQuery('Book').select('title').groupBy('title').order('title', { descending: true });
  expect((await datastore.runQuery(query))[0].map(({ title }) => title).join('')).toBe('fedcba');
});

test.each([
  ['descending', true, ['3c', '2b', '1a']],
  ['ascending', false, ['1a', '2b', '3c']],
])(
  'an index with the projected property in the other direction serves a query in %s order',
  async (_, descending, all) => {
    const datastore = await connect();
    const notes = ['1a', '2b', '3c'].map(([at, text]) => ({
      key: datastore.key(['Note', `n${at}`]),
      data: { at, text },
    }));
    await datastore.save(notes);
    const query = () => datastore.createQuery('Note').select(['at', 'text']).order('at', { descending });
    const [first, info] = await datastore.runQuery(query().limit(1));
    const [rest] = await datastore.runQuery(query().start(info.endCursor!));
    expect([...first, ...rest].map(({ at, text }) => `${at}${text}`)).toEqual(all);
  },
);
