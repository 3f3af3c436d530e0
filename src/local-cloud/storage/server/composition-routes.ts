import { composeObject, type Source } from '../engine/compose.ts';
import { copyObject, moveObject, type CopyTarget } from '../engine/copy-object.ts';
import { StorageError } from '../storage-error.ts';
import { numberParam, param, type Call, type Reply } from './call.ts';
import { readJson } from './json-body.ts';
import { preconditions } from './json-preconditions.ts';
import { objectFields } from './object-fields.ts';
import { objectResource } from './resources.ts';
import { bodyOf } from './upload-parts.ts';

export async function compose(call: Call): Promise<Reply> {
  const { sourceObjects = [], destination = {} } = await readJson(bodyOf(call.request));
  const bucket = param(call, 'bucket');
  const sources = (sourceObjects as ComposeSource[]).map((source) => composeSource(bucket, source));
  const fields = objectFields(destination as Record<string, unknown>);
  const target = { bucket, name: param(call, 'object'), fields, wanted: preconditions(call.query) };
  return { status: 200, json: objectResource(call, await composeObject(call.engine, sources, target)) };
}

export async function copy(call: Call): Promise<Reply> {
  const object = await copyObject(call.engine, sourceOf(call), await copyTarget(call));
  return { status: 200, json: objectResource(call, object) };
}

/** A rewrite is done at once, whatever the size, so that no token is needed. */
export async function rewrite(call: Call): Promise<Reply> {
  if (call.query.has('rewriteToken'))
    throw new StorageError('invalid', 'The rewrite token is not one of this service.');
  const object = await copyObject(call.engine, sourceOf(call), await copyTarget(call));
  const size = String(object.size);
  const progress = { kind: 'storage#rewriteResponse', totalBytesRewritten: size, objectSize: size, done: true };
  return { status: 200, json: { ...progress, resource: objectResource(call, object) } };
}

export async function move(call: Call): Promise<Reply> {
  const bucket = param(call, 'bucket');
  const target = { bucket, name: param(call, 'toObject'), fields: undefined, wanted: preconditions(call.query) };
  return { status: 200, json: objectResource(call, await moveObject(call.engine, sourceOf(call), target)) };
}

interface ComposeSource {
  name: string;
  generation?: string | number;
  objectPreconditions?: { ifGenerationMatch?: string | number };
}

function composeSource(bucket: string, { name, generation, objectPreconditions }: ComposeSource): Source {
  const match = objectPreconditions?.ifGenerationMatch;
  return {
    bucket,
    name,
    generation: generation === undefined ? undefined : Number(generation),
    wanted: match === undefined ? {} : { generationMatch: Number(match) },
  };
}

function sourceOf(call: Call): Source {
  const generation = numberParam(call.query, 'sourceGeneration');
  const wanted = preconditions(call.query, 'ifSource');
  return { bucket: param(call, 'bucket'), name: param(call, 'object'), generation, wanted };
}

/** A resource in the body replaces all metadata of the source; an empty one keeps them. */
async function copyTarget(call: Call): Promise<CopyTarget> {
  const fields = objectFields(await readJson(bodyOf(call.request)));
  return {
    bucket: param(call, 'toBucket'),
    name: param(call, 'toObject'),
    fields: Object.keys(fields).length > 0 ? fields : undefined,
    wanted: preconditions(call.query),
  };
}
