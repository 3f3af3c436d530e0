import * as buckets from './bucket-routes.ts';
import type { Handler } from './call.ts';
import * as compositions from './composition-routes.ts';
import * as objects from './object-routes.ts';
import * as uploads from './upload-routes.ts';

/** One method of the API. Without a handler it is known, and refused by its name. */
interface Route {
  method: string;
  /** Path segments; those that begin with a colon are parameters. */
  path: string[];
  /** As in the discovery document. */
  name: string;
  handle: Handler | undefined;
}

const OBJECT = '/b/:bucket/o/:object';
const ENTRY = ['get:GET', 'patch:PATCH', 'update:PUT', 'delete:DELETE'];
const UPLOAD = '/upload/storage/v1/b/:bucket/o';

/** The JSON API. Paths that begin with /b are served with and without /storage/v1 in front. */
export const jsonRoutes: Route[] = [
  route('GET', '/b', 'storage.buckets.list', buckets.listAllBuckets),
  route('POST', '/b', 'storage.buckets.insert', buckets.insertBucket),
  route('GET', '/b/:bucket', 'storage.buckets.get', buckets.getBucketMetadata),
  route('PATCH', '/b/:bucket', 'storage.buckets.patch', buckets.patchBucket),
  route('PUT', '/b/:bucket', 'storage.buckets.update', buckets.replaceBucket),
  route('DELETE', '/b/:bucket', 'storage.buckets.delete', buckets.removeBucket),
  route('POST', '/b/:bucket/lockRetentionPolicy', 'storage.buckets.lockRetentionPolicy', buckets.lockBucket),
  route('GET', '/b/:bucket/o', 'storage.objects.list', objects.listObjectPage),
  route('GET', OBJECT, 'storage.objects.get', objects.getObjectOrMedia),
  route('PATCH', OBJECT, 'storage.objects.patch', objects.patchObject),
  route('PUT', OBJECT, 'storage.objects.update', objects.replaceObject),
  route('DELETE', OBJECT, 'storage.objects.delete', objects.removeObject),
  route('POST', `${OBJECT}/restore`, 'storage.objects.restore', objects.restoreSoftDeleted),
  route('POST', `${OBJECT}/compose`, 'storage.objects.compose', compositions.compose),
  route('POST', `${OBJECT}/copyTo/b/:toBucket/o/:toObject`, 'storage.objects.copy', compositions.copy),
  route('POST', `${OBJECT}/rewriteTo/b/:toBucket/o/:toObject`, 'storage.objects.rewrite', compositions.rewrite),
  route('POST', `${OBJECT}/moveTo/o/:toObject`, 'storage.objects.move', compositions.move),
  route('GET', `/download/storage/v1${OBJECT}`, 'storage.objects.get', objects.getMedia),
  route('POST', UPLOAD, 'storage.objects.insert', uploads.insertObject),
  route('PUT', UPLOAD, 'storage.objects.insert', uploads.resumeUpload),
  route('DELETE', UPLOAD, 'storage.objects.insert', uploads.cancelUpload),
  ...missing('/b/:bucket/acl', 'bucketAccessControls', ['list:GET', 'insert:POST']),
  ...missing('/b/:bucket/acl/:entity', 'bucketAccessControls', ENTRY),
  ...missing('/b/:bucket/defaultObjectAcl', 'defaultObjectAccessControls', ['list:GET', 'insert:POST']),
  ...missing('/b/:bucket/defaultObjectAcl/:entity', 'defaultObjectAccessControls', ENTRY),
  ...missing(`${OBJECT}/acl`, 'objectAccessControls', ['list:GET', 'insert:POST']),
  ...missing(`${OBJECT}/acl/:entity`, 'objectAccessControls', ENTRY),
  ...missing('/b/:bucket/iam', 'buckets', ['getIamPolicy:GET', 'setIamPolicy:PUT']),
  ...missing('/b/:bucket/iam/testPermissions', 'buckets', ['testIamPermissions:GET']),
  ...missing('/b/:bucket/restore', 'buckets', ['restore:POST']),
  ...missing('/b/:bucket/o/watch', 'objects', ['watchAll:POST']),
  ...missing('/b/:bucket/o/bulkRestore', 'objects', ['bulkRestore:POST']),
  ...missing('/b/:bucket/notificationConfigs', 'notifications', ['list:GET', 'insert:POST']),
  ...missing('/b/:bucket/notificationConfigs/:id', 'notifications', ['get:GET', 'delete:DELETE']),
  ...missing('/b/:bucket/folders', 'folders', ['list:GET', 'insert:POST']),
  ...missing('/b/:bucket/managedFolders', 'managedFolders', ['list:GET', 'insert:POST']),
  ...missing('/projects/:project/hmacKeys', 'projects.hmacKeys', ['list:GET', 'create:POST']),
  ...missing('/projects/:project/serviceAccount', 'projects.serviceAccount', ['get:GET']),
  ...missing('/channels/stop', 'channels', ['stop:POST']),
  ...missing('/batch/storage/v1', 'batch', ['requests:POST']),
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

/** Methods of a resource that are known and not served, each as `name:VERB`. */
function missing(path: string, resource: string, methods: string[]): Route[] {
  return methods.map((entry) => {
    const [name, method = ''] = entry.split(':');
    return route(method, path, `storage.${resource}.${name}`);
  });
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
