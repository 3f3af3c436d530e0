import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocal, type LocalStorage } from './endpoint.ts';

type Json = Record<string, unknown>;

let local: LocalStorage;
let buckets = 0;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());

const call = (method: string, path: string, body?: Json) =>
  fetch(`${local.base}/storage/v1/b${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });

async function created(fields: Json = {}): Promise<{ path: string; resource: Json }> {
  const name = `bucket-${++buckets}`;
  const reply = await call('POST', '', { name, ...fields });
  expect([reply.status, fields]).toEqual([200, fields]);
  return { path: `/${name}`, resource: (await reply.json()) as Json };
}

/** The reply to a new bucket with these fields, and to a patch with them. */
async function refusals(fields: Json): Promise<{ status: number; message: string }[]> {
  const { path } = await created();
  const replies = [
    await call('POST', '', { name: `refused-${buckets}`, ...fields }),
    await call('PATCH', path, fields),
  ];
  return Promise.all(
    replies.map(async (reply) => {
      const { error } = (await reply.json()) as { error: { message: string } };
      return { status: reply.status, message: error?.message };
    }),
  );
}

test('a new bucket has the settings of a new bucket of Cloud Storage, but for soft delete, which is off', async () => {
  const { resource } = await created();
  expect(resource).toMatchObject({
    storageClass: 'STANDARD',
    location: 'US',
    locationType: 'multi-region',
    iamConfiguration: { uniformBucketLevelAccess: { enabled: false }, publicAccessPrevention: 'inherited' },
    softDeletePolicy: { retentionDurationSeconds: '0' },
    metageneration: '1',
  });
  for (const absent of ['labels', 'cors', 'lifecycle', 'retentionPolicy', 'versioning', 'website']) {
    expect(resource).not.toHaveProperty(absent);
  }
});

test.each([
  [{ encryption: { defaultKmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' } }],
  [{ billing: { requesterPays: true } }],
  [{ logging: { logBucket: 'logs' } }],
  [{ rpo: 'ASYNC_TURBO' }],
  [{ acl: [{ entity: 'allUsers', role: 'READER' }] }],
  [{ defaultObjectAcl: [{ entity: 'allUsers', role: 'READER' }] }],
  [{ autoclass: { enabled: true } }],
  [{ hierarchicalNamespace: { enabled: true } }],
  [{ objectRetention: { mode: 'Enabled' } }],
  [{ ipFilter: { mode: 'Enabled' } }],
  [{ customPlacementConfig: { dataLocations: ['US-EAST1', 'US-WEST1'] } }],
  [{ moodRing: 'blue' }],
])('a bucket setting that the local cloud does not keep is refused by its name: %j', async (fields) => {
  const message = `The local cloud has no buckets with ${Object.keys(fields)[0]}.`;
  expect(await refusals(fields)).toEqual([
    { status: 501, message },
    { status: 501, message },
  ]);
});

test.each([
  [{ billing: { requesterPays: false } }],
  [{ autoclass: { enabled: false } }],
  [{ rpo: 'DEFAULT' }],
  [{ acl: null, encryption: null }],
  [{ logging: {} }],
])('to switch off what is off changes nothing: %j', async (fields) => {
  const { path } = await created();
  const reply = await call('PATCH', path, fields);
  expect(reply.status).toBe(200);
  const name = Object.keys(fields)[0]!;
  expect(await reply.json()).not.toHaveProperty(name);
});

test.each([
  ['storageClass', { storageClass: 'BOGUS' }],
  ['location', { location: 'nowhere' }],
  ['versioning.enabled', { versioning: { enabled: 'yes' } }],
  ['labels', { labels: { Team: 'photos' } }],
  ['labels', { labels: { team: 'Photos' } }],
  ['labels', { labels: { 'my team': 'photos' } }],
  ['labels', { labels: { '1team': 'photos' } }],
  ['labels', { labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, ''])) }],
  ['labels.team', { labels: { team: 1 } }],
  ['cors', { cors: 'all' }],
  ['cors.0.origin', { cors: [{ origin: '*', method: null }] }],
  ['cors.0.method.0', { cors: [{ origin: ['*'], method: [null] }] }],
  ['cors.0.maxAgeSeconds', { cors: [{ maxAgeSeconds: 'soon' }] }],
  ['cors.0', { cors: [{ origins: ['*'] }] }],
  ['lifecycle.rule.0.action.type', { lifecycle: { rule: [{ action: { type: 'Burn' }, condition: { age: 1 } }] } }],
  ['lifecycle.rule.0.condition', { lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { mood: 'bad' } }] } }],
  [
    'lifecycle.rule.0.action.storageClass',
    { lifecycle: { rule: [{ action: { type: 'SetStorageClass' }, condition: { age: 1 } }] } },
  ],
  ['retentionPolicy.retentionPeriod', { retentionPolicy: { retentionPeriod: '0' } }],
  ['retentionPolicy.retentionPeriod', { retentionPolicy: { retentionPeriod: 100 * 365.25 * 86_400 } }],
  ['retentionPolicy.retentionPeriod', { retentionPolicy: { retentionPeriod: 'a week' } }],
  ['softDeletePolicy.retentionDurationSeconds', { softDeletePolicy: { retentionDurationSeconds: 6 * 86_400 } }],
  ['softDeletePolicy.retentionDurationSeconds', { softDeletePolicy: { retentionDurationSeconds: 91 * 86_400 } }],
  ['defaultEventBasedHold', { defaultEventBasedHold: 'on' }],
  ['website', { website: { index: 'index.html' } }],
  ['iamConfiguration.publicAccessPrevention', { iamConfiguration: { publicAccessPrevention: 'maybe' } }],
])('a value that %s cannot have is 400 and is named: %j', async (path, fields) => {
  for (const { status, message } of await refusals(fields)) {
    expect(status).toBe(400);
    expect(message).toContain(`Invalid value for ${path}`);
  }
});

test('numbers and names come back in the forms of the JSON API, however they were written', async () => {
  const { path, resource } = await created({
    location: 'europe-west1',
    storageClass: 'nearline',
    cors: [{ origin: ['*'], method: ['GET'], maxAgeSeconds: '3600', responseHeader: null }],
    lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: '30' } }] },
    retentionPolicy: { retentionPeriod: 600, effectiveTime: '2001-01-01T00:00:00Z', isLocked: true },
    softDeletePolicy: { retentionDurationSeconds: 604_800 },
    website: { mainPageSuffix: 'index.html', notFoundPage: '404.html' },
    defaultEventBasedHold: true,
  });
  const now = new Date(local.clock.now()).toISOString();
  const kept = {
    location: 'EUROPE-WEST1',
    locationType: 'region',
    storageClass: 'NEARLINE',
    cors: [{ origin: ['*'], method: ['GET'], maxAgeSeconds: 3600 }],
    lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 30 } }] },
    retentionPolicy: { retentionPeriod: '600', effectiveTime: now },
    softDeletePolicy: { retentionDurationSeconds: '604800', effectiveTime: now },
    website: { mainPageSuffix: 'index.html', notFoundPage: '404.html' },
    defaultEventBasedHold: true,
  };
  expect(resource).toMatchObject(kept);
  expect(resource.cors).toEqual(kept.cors);
  expect(resource.retentionPolicy).toEqual(kept.retentionPolicy);
  expect(await (await call('GET', path)).json()).toEqual(resource);
});

test('a resource that was read can be put back as it is', async () => {
  const { path, resource } = await created({ labels: { a: 'b' }, location: 'EU', versioning: { enabled: true } });
  const reply = await call('PUT', path, resource);
  expect(reply.status).toBe(200);
  const changed = { metageneration: '2', etag: expect.any(String), updated: expect.any(String) };
  expect(await reply.json()).toEqual({ ...resource, ...changed });
});

test('a bucket keeps its location: another one is 400, and a PUT without it changes nothing', async () => {
  const { path } = await created({ location: 'EU' });
  expect((await call('PATCH', path, { location: 'US' })).status).toBe(400);
  expect(await (await call('PUT', path, {})).json()).toMatchObject({ location: 'EU' });
  const byDefault = await created();
  expect((await call('PATCH', byDefault.path, { location: 'EU' })).status).toBe(400);
});

test('a removed setting is absent, not empty', async () => {
  const { path } = await created({ labels: { a: 'b', c: 'd' }, cors: [{ origin: ['*'] }] });
  expect(await (await call('PATCH', path, { labels: { a: null } })).json()).toMatchObject({ labels: { c: 'd' } });
  const emptied = await (await call('PATCH', path, { labels: { c: null }, cors: [], lifecycle: { rule: [] } })).json();
  for (const absent of ['labels', 'cors', 'lifecycle']) expect(emptied).not.toHaveProperty(absent);
});

test('objects take the storage class of their bucket, unless they name another one', async () => {
  const { path } = await created({ storageClass: 'COLDLINE' });
  const bucket = local.storage.bucket(path.slice(1));
  await bucket.file('plain').save('x', { resumable: false });
  await bucket.file('named').save('x', { resumable: false, metadata: { storageClass: 'STANDARD' } });
  expect((await bucket.file('plain').getMetadata())[0].storageClass).toBe('COLDLINE');
  expect((await bucket.file('named').getMetadata())[0].storageClass).toBe('STANDARD');
  const bogus = bucket.file('bogus').save('x', { resumable: false, metadata: { storageClass: 'BOGUS' } });
  await expect(bogus).rejects.toMatchObject({ code: 400 });
});

test('an access control list is refused with the reason that holds for the bucket', async () => {
  const plain = await created();
  const uniform = await created({ iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
  const refusal = async ({ path }: { path: string }) => {
    const reply = await call('PATCH', `${path}?predefinedAcl=publicRead`, {});
    return [reply.status, ((await reply.json()) as { error: { message: string } }).error.message];
  };
  expect(await refusal(plain)).toEqual([501, 'The local cloud has no access control lists.']);
  expect(await refusal(uniform)).toEqual([400, expect.stringContaining('uniform bucket-level access is enabled')]);
});

test('uniform access can be switched off for 90 days, and never after that', async () => {
  const on = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
  const off = { iamConfiguration: { uniformBucketLevelAccess: { enabled: false } } };
  const until = new Date(local.clock.now() + 90 * 86_400_000).toISOString();
  const first = await created(on);
  expect(first.resource).toMatchObject({
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true, lockedTime: until } },
  });
  const switchedOff = (await (await call('PATCH', first.path, off)).json()) as Json;
  expect(switchedOff.iamConfiguration).toEqual({
    uniformBucketLevelAccess: { enabled: false },
    publicAccessPrevention: 'inherited',
  });
  const second = await created(on);
  local.clock.advance(90 * 86_400_000);
  await call('PATCH', second.path, { labels: { a: 'b' } });
  expect(await (await call('GET', second.path)).json()).toMatchObject({
    iamConfiguration: second.resource.iamConfiguration,
  });
  expect((await call('PATCH', second.path, off)).status).toBe(400);
});

test('the predefined list that every bucket and object has anyhow may be asked for', async () => {
  const { path } = await created();
  await local.storage.bucket(path.slice(1)).makePrivate();
  const file = local.storage.bucket(path.slice(1)).file('x');
  await file.save('x', { resumable: false });
  await file.makePrivate({ strict: false });
});
