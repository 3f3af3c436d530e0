import type { Target } from '../engine/object.ts';
import { deleteObject, getObject, type ObjectRef } from '../engine/objects.ts';
import { receiveObject } from '../engine/receive-object.ts';
import { cancelSession } from '../engine/resumable-upload.ts';
import { StorageError } from '../storage-error.ts';
import { header, numberParam, param, type Call, type Reply } from './call.ts';
import { mediaReply } from './media.ts';
import { headerText, identityHeaders } from './object-headers.ts';
import { continueUpload, sessionId, startUpload } from './session-routes.ts';
import { bodyOf, headerChecksums } from './upload-parts.ts';
import { fieldsOf, promisedBody, wantedBy } from './xml-headers.ts';

/** GET and HEAD Object. */
export function getXmlObject(call: Call): Reply {
  const reply = mediaReply(call, getObject(call.engine, refOf(call), wantedBy(call)));
  return { ...reply, headers: { ...reply.headers, ...overrides(call.query) } };
}

export async function putXmlObject(call: Call): Promise<Reply> {
  const bytes = promisedBody(call, call.faults.pass(call.request, bodyOf(call.request)));
  const upload = { ...targetOf(call), declared: headerChecksums(call) };
  return { status: 200, headers: identityHeaders(await receiveObject(call.engine, upload, bytes)) };
}

export function deleteXmlObject(call: Call): Reply {
  deleteObject(call.engine, refOf(call), wantedBy(call));
  return { status: 204 };
}

/** POST Object with `x-goog-resumable: start` opens a session; without it, it is the form of a policy document. */
export function startXmlUpload(call: Call): Reply {
  if (header(call, 'x-goog-resumable') !== 'start') {
    throw new StorageError('notImplemented', 'The local cloud has no POST Object with a policy document (XML API).');
  }
  const session = startUpload(call, targetOf(call), headerChecksums(call));
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

const targetOf = (call: Call): Target => ({
  bucket: param(call, 'bucket'),
  name: param(call, 'object'),
  fields: fieldsOf(call),
  wanted: wantedBy(call),
});

function refOf(call: Call): ObjectRef {
  const generation = numberParam(call.query, 'generation');
  return { bucket: param(call, 'bucket'), name: param(call, 'object'), generation };
}

/** Response headers that a signed URL's query sets, for downloads with a name. */
function overrides(query: URLSearchParams): Record<string, string> {
  const names = { 'response-content-type': 'content-type', 'response-content-disposition': 'content-disposition' };
  const given = Object.entries(names).filter(([name]) => query.has(name));
  return Object.fromEntries(given.map(([name, responseHeader]) => [responseHeader, headerText(query.get(name)!)]));
}
