import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';
import { connectRaw, keyOf, projectId } from './raw-client.ts';

const INVALID = 3;

test('an insert of what exists and an update of what does not are refused', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'one']);
  const update = await failure(datastore.update({ key, data: {} }));
  expect(update).toMatchObject({ code: 5, details: expect.stringMatching(/^no entity to update/) });
  await datastore.insert({ key, data: {} });
  const insert = await failure(datastore.insert({ key, data: {} }));
  expect(insert).toMatchObject({ code: 6, details: expect.stringMatching(/^entity already exists/) });
});

test('the delete of what does not exist succeeds', async () => {
  const datastore = await connect();
  await expect(datastore.delete(datastore.key(['Kind', 'none']))).resolves.toBeDefined();
});

test('without a transaction two mutations of one entity are refused', async () => {
  const client = await connectRaw();
  const mutations = [{ upsert: { key: keyOf('twice') } }, { delete: keyOf('twice') }];
  expect(await failure(client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations }))).toMatchObject({
    code: INVALID,
  });
});

test('in a transaction mutations of one entity apply in order, but for the forbidden sequences', async () => {
  const client = await connectRaw();
  const key = keyOf('sequence');
  const commit = (mutations: object[]) =>
    client.commit({ projectId, mode: 'TRANSACTIONAL', singleUseTransaction: { readWrite: {} }, mutations });
  const value = (text: string) => ({ key, properties: { text: { stringValue: text } } });
  await commit([{ insert: value('a') }, { delete: key }, { insert: value('b') }, { update: value('c') }]);
  const [{ found }] = await client.lookup({ projectId, keys: [key] });
  expect(found![0]!.entity!.properties!['text']).toMatchObject({ stringValue: 'c' });
  for (const second of ['insert', 'update', 'upsert'] as const) {
    const sequence = [{ [second]: value('x') }, { insert: value('y') }];
    expect(await failure(commit(sequence))).toMatchObject({ code: INVALID });
  }
  expect(await failure(commit([{ delete: key }, { update: value('x') }]))).toMatchObject({ code: INVALID });
});

test('only a transactional commit has a commit time', async () => {
  const client = await connectRaw();
  const mutations = [{ upsert: { key: keyOf('timed') } }];
  const [plain] = await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  const singleUseTransaction = { readWrite: {} };
  const [timed] = await client.commit({ projectId, mode: 'TRANSACTIONAL', singleUseTransaction, mutations });
  expect([plain.commitTime, timed.commitTime?.seconds]).toEqual([null, expect.anything()]);
});

test('a transaction that was aborted cannot be committed again', async () => {
  const client = await connectRaw();
  const key = keyOf('aborted');
  const [{ transaction }] = await client.beginTransaction({ projectId });
  await client.lookup({ projectId, keys: [key], readOptions: { transaction: transaction! } });
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations: [{ upsert: { key } }] });
  const request = {
    projectId,
    mode: 'TRANSACTIONAL' as const,
    transaction: transaction!,
    mutations: [{ upsert: { key } }],
  };
  expect(await failure(client.commit(request))).toMatchObject({ code: 10 });
  expect(await failure(client.commit(request))).toMatchObject({
    code: INVALID,
    details: 'The referenced transaction has expired or is no longer valid.',
  });
  expect(await failure(client.rollback({ projectId, transaction: transaction! }))).toMatchObject({ code: INVALID });
});
