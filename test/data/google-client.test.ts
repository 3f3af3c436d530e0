import { Datastore } from '@google-cloud/datastore';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRawReads } from '../../src/data/read/raw-reads.ts';
import { startDatastoreWorld } from '../local-cloud/datastore/contract.ts';

/** In the default namespace, which alone raw reads look at. */
async function startDatastoreClient(): Promise<Datastore> {
  const { service } = await startDatastoreWorld();
  return new Datastore({ apiEndpoint: `127.0.0.1:${service.port}`, projectId: 'contract' });
}

/** The field in which Google's client keeps the gRPC client that it makes when it first needs one. */
const clientsOf = (datastore: object) => (datastore as { clients_: Map<string, object> }).clients_;

test('raw reads use the gRPC client that Google’s Datastore client made for itself', async () => {
  const datastore = await startDatastoreClient();
  const key = datastore.key(['User', 'ana']);
  await datastore.save({ key, data: { text: 'kept' } });
  const [own, ...others] = clientsOf(datastore).values();
  expect(others).toEqual([]);
  expect(await createRawReads(datastore).lookUp([key])).toMatchObject([{ properties: { text: 'kept' } }]);
  expect([...clientsOf(datastore).values()]).toEqual([own]);
});

test('Google’s Datastore client uses the gRPC client that raw reads made before it', async () => {
  const datastore = await startDatastoreClient();
  const key = datastore.key(['User', 'ana']);
  expect(await createRawReads(datastore).lookUp([key])).toEqual([]);
  const [made] = clientsOf(datastore).values();
  await datastore.save({ key, data: { text: 'kept' } });
  expect([...clientsOf(datastore).values()]).toEqual([made]);
});

test('Google’s gRPC stub takes a request as an object and names the paths of both reads', async () => {
  const datastore = await startDatastoreClient();
  await createRawReads(datastore).lookUp([datastore.key(['User', 'ana'])]);
  const made = clientsOf(datastore).get('DatastoreClient') as { initialize(): Promise<Record<string, object>> };
  const { makeUnaryRequest, lookup, runQuery } = await made.initialize();
  expect(makeUnaryRequest).toBeInstanceOf(Function);
  const requestSerialize = expect.any(Function) as unknown;
  expect({ ...lookup }).toMatchObject({ path: '/google.datastore.v1.Datastore/Lookup', requestSerialize });
  expect({ ...runQuery }).toMatchObject({ path: '/google.datastore.v1.Datastore/RunQuery', requestSerialize });
});

test('the raw reads name the installed major version of Google’s Datastore client as checked', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../node_modules/@google-cloud/datastore/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const source = readFileSync(new URL('../../src/data/read/raw-reads.ts', import.meta.url), 'utf8');
  const [, checked] = /@google-cloud\/datastore (\d+)\.\d+\.\d+/.exec(source) ?? [];
  expect(version.split('.')[0]).toBe(checked);
});
