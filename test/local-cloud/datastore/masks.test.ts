import { expect, test } from 'vitest';
import { connectRaw, keyOf, projectId } from './raw-client.ts';

const text = (value: string) => ({ stringValue: value });
const inner = (properties: Record<string, object>) => ({ entityValue: { properties } });

test('a masked write changes the named properties, removes those it lacks and leaves the others', async () => {
  const client = await connectRaw();
  const key = keyOf('masked');
  const before = { kept: text('k'), gone: text('g'), deep: inner({ kept: text('k'), changed: text('old') }) };
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations: [{ upsert: { key, properties: before } }] });
  const after = { kept: text('ignored'), deep: inner({ changed: text('new') }) };
  const propertyMask = { paths: ['gone', 'deep.changed'] };
  const mutations = [{ update: { key, properties: after }, propertyMask }];
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  const [{ found }] = await client.lookup({ projectId, keys: [key] });
  const properties = found![0]!.entity!.properties!;
  expect(Object.keys(properties).sort()).toEqual(['deep', 'kept']);
  expect(properties['kept']).toMatchObject(text('k'));
  expect(properties['deep']).toMatchObject(inner({ kept: text('k'), changed: text('new') }));
});

test('a masked lookup gives the named properties only', async () => {
  const client = await connectRaw();
  const key = keyOf('partly');
  const properties = { a: text('a'), b: text('b'), c: inner({ d: text('d'), e: text('e') }) };
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations: [{ upsert: { key, properties } }] });
  const [{ found }] = await client.lookup({ projectId, keys: [key], propertyMask: { paths: ['a', 'c.e'] } });
  const seen = found![0]!.entity!.properties!;
  expect(Object.keys(seen).sort()).toEqual(['a', 'c']);
  expect(Object.keys(seen['c']!.entityValue!.properties!)).toEqual(['e']);
});
