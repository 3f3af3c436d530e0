import { parseGlob } from '../engine/glob.ts';
import { listObjects, type ListQuery } from '../engine/list-objects.ts';
import { getSoftDeleted, restoreObject, type SoftDeletedRef } from '../engine/soft-delete.ts';
import { StorageError } from '../storage-error.ts';
import { deleteObject, getObject, updateObject, type ObjectRef } from '../engine/objects.ts';
import { numberParam, param, type Call, type Reply } from './call.ts';
import { tagged } from './conditional.ts';
import { readJson } from './json-body.ts';
import { preconditions } from './json-preconditions.ts';
import { mediaReply } from './media.ts';
import { objectFields, objectPatch } from './object-fields.ts';
import { objectResource } from './resources.ts';
import { bodyOf } from './upload-parts.ts';
import type { Position } from '../store/tables.ts';

export function getObjectOrMedia(call: Call): Reply {
  if (asksForSoftDeleted(call.query)) return getSoftDeletedMetadata(call);
  const object = getObject(call.engine, objectRef(call), preconditions(call.query));
  if (call.query.get('alt') === 'media') return mediaReply(call, object);
  return { status: 200, ...tagged(call, objectResource(call, object)) };
}

function getSoftDeletedMetadata(call: Call): Reply {
  if (call.query.get('alt') === 'media') {
    throw new StorageError('invalid', 'The bytes of a soft-deleted object cannot be read. Restore it first.');
  }
  const object = getSoftDeleted(call.engine, softDeletedRef(call));
  return { status: 200, ...tagged(call, objectResource(call, object)) };
}

export function restoreSoftDeleted(call: Call): Reply {
  const object = restoreObject(call.engine, softDeletedRef(call), preconditions(call.query));
  return { status: 200, json: objectResource(call, object) };
}

export function getMedia(call: Call): Reply {
  return mediaReply(call, getObject(call.engine, objectRef(call), preconditions(call.query)));
}

export function listObjectPage(call: Call): Reply {
  const page = listObjects(call.engine, param(call, 'bucket'), listQuery(call.query));
  const items = page.items.map((object) => objectResource(call, object));
  const nextPageToken = page.next && writePageToken(page.next);
  const json = { kind: 'storage#objects', nextPageToken, prefixes: filled(page.prefixes), items: filled(items) };
  return { status: 200, json };
}

export const patchObject = async (call: Call) => update(call, objectPatch(await readJson(bodyOf(call.request))), false);

export async function replaceObject(call: Call): Promise<Reply> {
  return update(call, { ...objectFields(await readJson(bodyOf(call.request))) }, true);
}

export function removeObject(call: Call): Reply {
  deleteObject(call.engine, objectRef(call), preconditions(call.query));
  return { status: 204 };
}

function update(call: Call, fields: Record<string, unknown>, replace: boolean): Reply {
  const change = { fields, replace, wanted: preconditions(call.query) };
  return { status: 200, json: objectResource(call, updateObject(call.engine, objectRef(call), change)) };
}

/** The JSON API leaves empty lists out. */
const filled = <T>(list: T[]) => (list.length > 0 ? list : undefined);

function objectRef(call: Call): ObjectRef {
  const generation = numberParam(call.query, 'generation');
  return { bucket: param(call, 'bucket'), name: param(call, 'object'), generation };
}

function softDeletedRef(call: Call): SoftDeletedRef {
  const { generation, ...ref } = objectRef(call);
  if (generation === undefined) throw new StorageError('required', 'Required parameter: generation');
  return { ...ref, generation };
}

const asksForSoftDeleted = (query: URLSearchParams) => query.get('softDeleted') === 'true';

function listQuery(query: URLSearchParams): ListQuery {
  const glob = query.get('matchGlob');
  const token = query.get('pageToken');
  const versions = query.get('versions') === 'true';
  const softDeleted = asksForSoftDeleted(query);
  if (versions && softDeleted) throw new StorageError('invalid', 'versions and softDeleted cannot both be true.');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') || undefined,
    includeTrailingDelimiter: query.get('includeTrailingDelimiter') === 'true',
    startOffset: query.get('startOffset') ?? undefined,
    endOffset: query.get('endOffset') || undefined,
    versions,
    softDeleted,
    limit: Math.min(numberParam(query, 'maxResults') || 1000, 1000),
    from: token ? readPageToken(token) : undefined,
    glob: glob ? parseGlob(glob) : undefined,
  };
}

/** A place in a list as an opaque text. */
function writePageToken({ name, generation }: Position): string {
  return Buffer.from(JSON.stringify([name, generation])).toString('base64url');
}

function readPageToken(token: string): Position {
  try {
    const [name, generation] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof name === 'string' && typeof generation === 'number') return { name, generation };
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged();
}

const damaged = (cause?: unknown) => new StorageError('invalid', 'Invalid page token.', { cause });
