import type { IncomingMessage } from 'node:http';
import { receiveObject } from '../engine/receive-object.ts';
import { cancelSession } from '../engine/resumable-upload.ts';
import type { Target } from '../engine/object.ts';
import { StorageError } from '../storage-error.ts';
import { header, param, type Call, type Reply } from './call.ts';
import { readJson, MAX_METADATA_BYTES, parseObject, readAll } from './json-body.ts';
import { preconditions } from './json-preconditions.ts';
import { objectFields } from './object-fields.ts';
import { objectResource } from './resources.ts';
import { continueUpload, sessionId, startUpload } from './session-routes.ts';
import { bodyOf, headerChecksums, resourceChecksums } from './upload-parts.ts';
import type { Bytes } from '../store/bytes.ts';
import { DelimitedReader } from './delimited-reader.ts';

/** POST /upload/storage/v1/b/B/o: the three kinds of upload. */
export async function insertObject(call: Call): Promise<Reply> {
  if (call.query.has('upload_id')) return resumeUpload(call);
  const type = call.query.get('uploadType');
  if (type === 'multipart') return multipartUpload(call);
  if (type === 'media') return mediaUpload(call);
  if (type === 'resumable') return startResumableUpload(call);
  throw new StorageError('invalid', `Invalid uploadType: ${type}`);
}

/** PUT to a session's URI. */
export async function resumeUpload(call: Call): Promise<Reply> {
  const progress = await continueUpload(call);
  return 'object' in progress ? { status: 200, json: objectResource(call, progress.object) } : progress.reply;
}

/** DELETE of a session's URI. */
export async function cancelUpload(call: Call): Promise<Reply> {
  await cancelSession(call.engine, sessionId(call));
  return { status: 499 };
}

async function multipartUpload(call: Call): Promise<Reply> {
  const parts = await readRelated(call.request, header(call, 'content-type'));
  const { metadata, contentType } = parts;
  const media = call.faults.pass(call.request, parts.media);
  const declared = { ...headerChecksums(call), ...resourceChecksums(metadata) };
  const target = { ...targetOf(call, metadata, contentType), declared };
  return receive(call, target, media);
}

async function mediaUpload(call: Call): Promise<Reply> {
  const bytes = call.faults.pass(call.request, bodyOf(call.request));
  const target = { ...targetOf(call, {}, header(call, 'content-type')), declared: headerChecksums(call) };
  return receive(call, target, bytes);
}

async function receive(call: Call, target: Parameters<typeof receiveObject>[1], bytes: Bytes): Promise<Reply> {
  const object = await receiveObject(call.engine, target, bytes);
  // A body in chunks has no length.
  call.noted.requestBytes ||= object.size;
  return { status: 200, json: objectResource(call, object) };
}

async function startResumableUpload(call: Call): Promise<Reply> {
  const metadata = await readJson(bodyOf(call.request));
  const target = targetOf(call, metadata, header(call, 'x-upload-content-type'));
  const session = startUpload(call, target, resourceChecksums(metadata));
  const { bucket, name } = session.target;
  const query = new URLSearchParams({ uploadType: 'resumable', name, upload_id: session.id });
  const location = `${call.base}/upload/storage/v1/b/${bucket}/o?${query.toString()}`;
  return { status: 200, headers: { location, 'x-guploader-uploadid': session.id } };
}

/** The name stands in the query or in the resource; a type in the resource goes before that of a header. */
function targetOf(call: Call, metadata: Record<string, unknown>, contentType: string | undefined): Target {
  const { query } = call;
  const name = query.get('name') ?? metadata.name;
  if (typeof name !== 'string') throw new StorageError('required', 'Required');
  call.noted.object = { bucket: param(call, 'bucket'), name };
  const fields = objectFields({ contentType, contentEncoding: query.get('contentEncoding'), ...metadata });
  return { bucket: param(call, 'bucket'), name, fields, wanted: preconditions(query) };
}

/** The two parts of a multipart upload (RFC 2387): a resource, then the bytes, still to be read. */
interface RelatedParts {
  metadata: Record<string, unknown>;
  /** The media part's own Content-Type. */
  contentType: string | undefined;
  media: Bytes;
}

const HEAD_END = Buffer.from('\r\n\r\n');

async function readRelated(body: IncomingMessage, contentType: string | undefined): Promise<RelatedParts> {
  const boundary = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const reader = new DelimitedReader(body, '\r\n');
  await readAll(reader.until(boundary), MAX_METADATA_BYTES);
  await readAll(reader.until(HEAD_END), MAX_METADATA_BYTES);
  const metadata = parseObject((await readAll(reader.until(boundary), MAX_METADATA_BYTES)).toString('utf8'));
  const head = (await readAll(reader.until(HEAD_END), MAX_METADATA_BYTES)).toString('latin1');
  return { metadata, contentType: /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1], media: reader.until(boundary) };
}

function boundaryOf(contentType: string | undefined): string {
  const match = /^multipart\/related\s*;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined)
    throw new StorageError('invalid', 'A multipart/related body with a boundary is expected.');
  return boundary;
}
