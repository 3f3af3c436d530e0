import {
  createBucket,
  deleteBucket,
  getBucket,
  listBuckets,
  lockRetentionPolicy,
  updateBucket,
} from '../engine/buckets.ts';
import { StorageError } from '../storage-error.ts';
import { numberParam, param, type Call, type Reply } from './call.ts';
import { tagged } from './conditional.ts';
import { readJson } from './json-body.ts';
import { preconditions } from './json-preconditions.ts';
import { bucketResource } from './resources.ts';
import { bodyOf } from './upload-parts.ts';

export async function insertBucket({ engine, request, base }: Call): Promise<Reply> {
  const { name, ...fields } = await readJson(bodyOf(request));
  if (typeof name !== 'string') throw new StorageError('required', 'Required');
  return { status: 200, json: bucketResource(createBucket(engine, name, fields), base) };
}

export function getBucketMetadata(call: Call): Reply {
  const bucket = getBucket(call.engine, param(call, 'bucket'), preconditions(call.query));
  return { status: 200, ...tagged(call, bucketResource(bucket, call.base)) };
}

export function listAllBuckets({ engine, query, base }: Call): Reply {
  const limit = Math.min(numberParam(query, 'maxResults') ?? 1000, 1000);
  const page = listBuckets(engine, { prefix: query.get('prefix') ?? '', from: query.get('pageToken') ?? '', limit });
  const items = page.items.map((bucket) => bucketResource(bucket, base));
  return { status: 200, json: { kind: 'storage#buckets', items, nextPageToken: page.next } };
}

export const patchBucket = (call: Call) => update(call, false);
export const replaceBucket = (call: Call) => update(call, true);

/** Locks the policy that the caller has read: a precondition is required here. */
export function lockBucket(call: Call): Reply {
  const wanted = preconditions(call.query);
  if (wanted.metagenerationMatch === undefined) {
    throw new StorageError('required', 'Required parameter: ifMetagenerationMatch');
  }
  const bucket = lockRetentionPolicy(call.engine, param(call, 'bucket'), wanted);
  return { status: 200, json: bucketResource(bucket, call.base) };
}

export function removeBucket(call: Call): Reply {
  deleteBucket(call.engine, param(call, 'bucket'), preconditions(call.query));
  return { status: 204 };
}

async function update(call: Call, replace: boolean): Promise<Reply> {
  const { name: _name, ...fields } = await readJson(bodyOf(call.request));
  const change = { fields, replace, wanted: preconditions(call.query) };
  return { status: 200, json: bucketResource(updateBucket(call.engine, param(call, 'bucket'), change), call.base) };
}
