import * as buckets from './bucket-routes.ts';
import type { Handler } from './call.ts';
import * as objects from './object-routes.ts';
import * as uploads from './upload-routes.ts';

/** One method of the API. Without a handler it is known, and refused by its name. */
export interface Route {
  method: string;
  /** Path segments; those that begin with a colon are parameters. */
  path: string[];
  /** As in the discovery document. */
  name: string;
  handle: Handler | undefined;
}

const OBJECT = '/b/:bucket/o/:object';
const UPLOAD = '/upload/storage/v1/b/:bucket/o';

/** The JSON API. Paths that begin with /b are served with and without /storage/v1 in front. */
export const jsonRoutes: Route[] = [
  route('GET', '/b', 'storage.buckets.list', buckets.listAllBuckets),
  route('POST', '/b', 'storage.buckets.insert', buckets.insertBucket),
  route('GET', '/b/:bucket', 'storage.buckets.get', buckets.getBucketMetadata),
  route('PATCH', '/b/:bucket', 'storage.buckets.patch', buckets.patchBucket),
  route('PUT', '/b/:bucket', 'storage.buckets.update', buckets.replaceBucket),
  route('DELETE', '/b/:bucket', 'storage.buckets.delete', buckets.removeBucket),
  route('GET', '/b/:bucket/o', 'storage.objects.list', objects.listObjectPage),
  route('GET', OBJECT, 'storage.objects.get', objects.getObjectOrMedia),
  route('PATCH', OBJECT, 'storage.objects.patch', objects.patchObject),
  route('PUT', OBJECT, 'storage.objects.update', objects.replaceObject),
  route('DELETE', OBJECT, 'storage.objects.delete', objects.removeObject),
  route('GET', `/download/storage/v1${OBJECT}`, 'storage.objects.get', objects.getMedia),
  route('POST', UPLOAD, 'storage.objects.insert', uploads.insertObject),
  route('PUT', UPLOAD, 'storage.objects.insert', uploads.resumeUpload),
  route('DELETE', UPLOAD, 'storage.objects.insert', uploads.cancelUpload),
];

/** The route for a path, and its parameters. */
export function findRoute(routes: Route[], method: string, path: string[]) {
  for (const candidate of routes) {
    const params = candidate.method === method ? match(candidate.path, path) : undefined;
    if (params) return { route: candidate, params };
  }
  return undefined;
}

function route(method: string, path: string, name: string, handle?: Handler): Route {
  return { method, path: path.split('/').slice(1), name, handle };
}

function match(pattern: string[], path: string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const actual = path[index]!;
    if (segment.startsWith(':')) params[segment.slice(1)] = actual;
    else if (segment !== actual) return undefined;
  }
  return params;
}
