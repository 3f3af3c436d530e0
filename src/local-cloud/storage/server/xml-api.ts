import { getBucket } from '../engine/buckets.ts';
import { StorageError } from '../storage-error.ts';
import { header, type Call, type Handler, type Reply, type Api } from './call.ts';
import { bucketRule, sessionRule } from './cors.ts';
import { xmlError } from './error-reply.ts';
import { refuseUnsupported } from './unsupported.ts';
import {
  cancelXmlUpload,
  deleteXmlObject,
  getXmlObject,
  putXmlObject,
  resumeXmlUpload,
  startXmlUpload,
} from './xml-routes.ts';

/** The XML API, as far as signed URLs, public URLs and their resumable sessions use it: objects alone. */
export const xmlApi: Api = {
  handle,
  refuse: xmlError,
  corsRule(call, origin, method) {
    if (call.query.has('upload_id')) return sessionRule(call, origin);
    return bucketRule(call.engine.store.buckets.get(call.path[0] ?? '')?.fields ?? {}, origin, method);
  },
};

const OBJECT_METHODS: Record<string, Handler | undefined> = {
  GET: getXmlObject,
  HEAD: getXmlObject,
  PUT: putXmlObject,
  POST: startXmlUpload,
  DELETE: deleteXmlObject,
};

const SESSION_METHODS: Record<string, Handler | undefined> = { PUT: resumeXmlUpload, DELETE: cancelXmlUpload };

/** Query words that turn a request for an object into another method. */
const SUBRESOURCES = [
  'acl',
  'cors',
  'encryption',
  'legal-hold',
  'partNumber',
  'retention',
  'tagging',
  'uploadId',
  'uploads',
];

async function handle(call: Call): Promise<Reply> {
  const method = call.request.method ?? 'GET';
  const [bucket = '', ...rest] = call.path;
  const object = rest.join('/');
  const word = SUBRESOURCES.find((name) => call.query.has(name));
  if (object === '' || word !== undefined) throw missing(`${method} ${object ? 'Object' : 'Bucket'} ${word ?? ''}`);
  if (header(call, 'x-goog-copy-source')) throw missing('PUT Object - Copy');
  const routed = { ...call, params: { bucket, object } };
  call.noted.method = `${method} Object`;
  call.noted.object = { bucket, name: object };
  refuseUnsupported(routed);
  // A session's URI is its own permission. All other requests need a valid signature.
  const session = call.query.has('upload_id');
  if (!session) checkSigned(call, method);
  const serve = (session ? SESSION_METHODS : OBJECT_METHODS)[method];
  if (!serve) throw missing(`${method} Object`);
  getBucket(call.engine, bucket);
  return serve(routed);
}

function checkSigned(call: Call, method: string): void {
  call.checkSignature({ method, path: call.path, query: call.query, header: (name) => header(call, name) });
}

const missing = (method: string) =>
  new StorageError('notImplemented', `The local cloud has no ${method.trim()} (XML API).`);
