import { StorageError } from '../storage-error.ts';
import { header, type Call, type Reply, type Api } from './call.ts';
import { openRule, sessionRule } from './cors.ts';
import { jsonError } from './error-reply.ts';
import { pickFields } from './fields-mask.ts';
import { findRoute, jsonRoutes } from './routes.ts';
import { refuseUnsupported } from './unsupported.ts';

/** The JSON API, version 1, and its upload and download addresses. */
export const jsonApi: Api = {
  handle,
  refuse: jsonError,
  corsRule: (call, origin) => (call.query.has('upload_id') ? sessionRule(call, origin) : openRule(origin)),
};

async function handle(call: Call): Promise<Reply> {
  const method = methodOf(call);
  const found = findRoute(jsonRoutes, method, call.path);
  if (!found) throw new StorageError('notFound', `Not Found: ${method} /${call.path.join('/')}`);
  const { handle: serve, name } = found.route;
  noteTarget(call, name, found.params);
  if (!serve) throw new StorageError('notImplemented', `The local cloud has no ${name}.`);
  const routed = { ...call, params: found.params };
  refuseUnsupported(routed);
  const reply = await serve(routed);
  const fields = call.query.get('fields');
  return fields && reply.json !== undefined ? { ...reply, json: pickFields(reply.json, fields) } : reply;
}

/** Uploads have their object in the query, or in their metadata. */
function noteTarget(
  { noted, query }: Call,
  name: string,
  { bucket, object = query.get('name') ?? '' }: Call['params'],
) {
  noted.method = name;
  if (bucket !== undefined) noted.object = { bucket, name: object };
}

/** Java's HTTP client has no PATCH: it sends POST, with the method in X-HTTP-Method-Override. */
function methodOf(call: Call): string {
  const { method = 'GET' } = call.request;
  if (method === 'HEAD') return 'GET';
  return method === 'POST' ? (header(call, 'x-http-method-override')?.toUpperCase() ?? method) : method;
}
