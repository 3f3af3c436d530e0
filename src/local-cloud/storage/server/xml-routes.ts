import type { DeclaredChecksums } from '../engine/checksums.ts';
import { deleteObject, getObject, type Target } from '../engine/objects.ts';
import type { Preconditions } from '../engine/preconditions.ts';
import { receiveObject } from '../engine/receive-object.ts';
import { cancelSession, openSession } from '../engine/resumable-upload.ts';
import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/blobs.ts';
import { header, numberParam, param, toNumber, type Call, type Reply } from './call.ts';
import { mediaReply } from './media.ts';
import { objectFields } from './object-fields.ts';
import { identityHeaders } from './object-headers.ts';
import { continueUpload, sessionId } from './session-routes.ts';
import { bodyOf, headerChecksums, sizedBetween } from './upload-parts.ts';

/** GET and HEAD Object. */
export function getXmlObject(call: Call): Reply {
  const generation = numberParam(call.query, 'generation');
  const ref = { bucket: param(call, 'bucket'), name: param(call, 'object'), generation };
  const reply = mediaReply(call, getObject(call.engine, ref, wantedBy(call)));
  return { ...reply, headers: { ...reply.headers, ...overrides(call.query) } };
}

export async function putXmlObject(call: Call): Promise<Reply> {
  const bytes = limited(call, call.faults.pass(call.request, bodyOf(call.request)));
  const upload = { ...targetOf(call), declared: headerChecksums(call) };
  return { status: 200, headers: identityHeaders(await receiveObject(call.engine, upload, bytes)) };
}

export function deleteXmlObject(call: Call): Reply {
  const generation = numberParam(call.query, 'generation');
  deleteObject(call.engine, { bucket: param(call, 'bucket'), name: param(call, 'object'), generation }, wantedBy(call));
  return { status: 204 };
}

/** POST Object with `x-goog-resumable: start` opens a session; without it, it is the form of a policy document. */
export function startXmlUpload(call: Call): Reply {
  if (header(call, 'x-goog-resumable') !== 'start') {
    throw new StorageError('notImplemented', 'The local cloud has no POST Object with a policy document (XML API).');
  }
  const declared: DeclaredChecksums = headerChecksums(call);
  const length = header(call, 'x-upload-content-length');
  const session = openSession(call.engine, {
    ...targetOf(call),
    declared,
    length: length === undefined ? null : toNumber('X-Upload-Content-Length', length),
    origin: header(call, 'origin') ?? null,
  });
  const path = call.path.map(encodeURIComponent).join('/');
  return { status: 201, headers: { location: `${call.base}/${path}?upload_id=${session.id}` } };
}

/** PUT to the URI of a session. */
export async function resumeXmlUpload(call: Call): Promise<Reply> {
  const progress = await continueUpload(call);
  return 'object' in progress ? { status: 200, headers: identityHeaders(progress.object) } : progress.reply;
}

export async function cancelXmlUpload(call: Call): Promise<Reply> {
  await cancelSession(call.engine, sessionId(call));
  return { status: 499 };
}

function targetOf(call: Call): Target {
  if (header(call, 'x-goog-acl')) throw new StorageError('notImplemented', 'The local cloud has no x-goog-acl.');
  const fields = objectFields({
    contentType: header(call, 'content-type'),
    contentEncoding: header(call, 'content-encoding'),
    contentDisposition: header(call, 'content-disposition'),
    contentLanguage: header(call, 'content-language'),
    cacheControl: header(call, 'cache-control'),
    storageClass: header(call, 'x-goog-storage-class'),
    customTime: header(call, 'x-goog-custom-time'),
    metadata: customMetadata(call),
  });
  return { bucket: param(call, 'bucket'), name: param(call, 'object'), fields, wanted: wantedBy(call) };
}

function customMetadata({ request }: Call): Record<string, string> | undefined {
  const entries = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('x-goog-meta-'))
    .map(([name, value]) => [name.slice('x-goog-meta-'.length), String(value)]);
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
}

function wantedBy(call: Call): Preconditions {
  const generation = header(call, 'x-goog-if-generation-match');
  const metageneration = header(call, 'x-goog-if-metageneration-match');
  return {
    ...(generation === undefined ? {} : { generationMatch: toNumber('x-goog-if-generation-match', generation) }),
    ...(metageneration === undefined
      ? {}
      : { metagenerationMatch: toNumber('x-goog-if-metageneration-match', metageneration) }),
  };
}

/** `x-goog-content-length-range: min,max` bounds what a signed URL may bring. */
function limited(call: Call, bytes: Bytes): Bytes {
  const range = header(call, 'x-goog-content-length-range');
  if (range === undefined) return bytes;
  const [, min, max] = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(range) ?? [];
  if (!min || !max) throw new StorageError('invalid', `Invalid x-goog-content-length-range: ${range}`);
  return sizedBetween(bytes, Number(min), Number(max));
}

/** Response headers that a signed URL's query sets, for downloads with a name. */
function overrides(query: URLSearchParams): Record<string, string> {
  const names = { 'response-content-type': 'content-type', 'response-content-disposition': 'content-disposition' };
  const given = Object.entries(names).filter(([name]) => query.has(name));
  return Object.fromEntries(given.map(([name, responseHeader]) => [responseHeader, query.get(name)!]));
}
