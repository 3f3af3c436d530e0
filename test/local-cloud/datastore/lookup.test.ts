import { expect, test } from 'vitest';
import { connect } from './contract.ts';
import { connectRaw, keyOf, projectId } from './raw-client.ts';

test('an entity reads back as it was written, type by type', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'all']);
  const data = {
    nothing: null,
    yes: true,
    whole: 7,
    fraction: 0.5,
    text: 'grüße',
    blob: Buffer.from([0, 255]),
    at: new Date(1_700_000_000_123),
    list: ['a', 1, null],
    inner: { deep: { deeper: 1 } },
  };
  await datastore.save({ key, data });
  const [entity] = await datastore.get(key);
  expect({ ...entity }).toMatchObject(data);
});

test('integers beyond 2^53, geo points and keys keep their exact values', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'exact']);
  const place = { latitude: 41.79, longitude: -87.6 };
  const other = datastore.key(['Other', datastore.int(5)]);
  const large = datastore.int('9223372036854775807');
  await datastore.save({ key, data: { large, place: datastore.geoPoint(place), other } });
  const [entity] = await datastore.get(key, { wrapNumbers: { integerTypeCastFunction: String } });
  expect(entity.large).toBe('9223372036854775807');
  expect(entity.place).toMatchObject(place);
  expect(entity.other.path).toEqual(['Other', '5']);
});

test('a key that has no entity is missing', async () => {
  const datastore = await connect();
  const [entity] = await datastore.get(datastore.key(['Kind', 'none']));
  expect(entity).toBeUndefined();
});

test('an acknowledged save is in the very next read', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'fresh']);
  for (let value = 0; value < 20; value++) {
    await datastore.save({ key, data: { value } });
    const [entity] = await datastore.get(key);
    expect(entity).toMatchObject({ value });
  }
});

test('a timestamp is kept to the microsecond, rounded down', async () => {
  const client = await connectRaw();
  const key = keyOf('precise');
  const properties = { at: { timestampValue: { seconds: 1_700_000_000, nanos: 123_456_789 } } };
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations: [{ upsert: { key, properties } }] });
  const [{ found }] = await client.lookup({ projectId, keys: [key] });
  expect(found![0]!.entity!.properties!['at']!.timestampValue!.nanos).toBe(123_456_000);
});
