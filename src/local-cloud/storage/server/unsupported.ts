import { StorageError } from '../storage-error.ts';
import { header, type Call } from './call.ts';

/** Refuses the options that every method has and that are not served. Ignoring them would be a wrong reply. */
export function refuseUnsupported(call: Call): void {
  const { query, params } = call;
  if (ENCRYPTION.some((name) => header(call, name)) || KMS.some((name) => query.has(name))) {
    throw new StorageError('notImplemented', 'The local cloud has no encryption keys of customers.');
  }
  if (query.get('softDeleted') === 'true' && (params.object ?? call.path[2]) === undefined) {
    throw new StorageError('notImplemented', 'The local cloud has no soft-deleted buckets.');
  }
  if (query.get('enableObjectRetention') === 'true') {
    throw new StorageError('notImplemented', 'The local cloud has no buckets with objectRetention.');
  }
  if (asksForAcl(call)) refuseAcl(call);
}

const ENCRYPTION = ['x-goog-encryption-algorithm', 'x-goog-copy-source-encryption-algorithm'];
const KMS = ['kmsKeyName', 'destinationKmsKeyName'];
const ACLS = ['predefinedAcl', 'predefinedDefaultObjectAcl', 'destinationPredefinedAcl'];

/** The list that every bucket and object has here anyhow may be asked for: the project's members and no others. */
const GIVEN_ACL = 'projectPrivate';

function asksForAcl(call: Call): boolean {
  if (header(call, 'x-goog-acl') || call.query.get('copySourceAcl') === 'true') return true;
  return ACLS.some((name) => call.query.has(name) && (isUniform(call) || call.query.get(name) !== GIVEN_ACL));
}

function refuseAcl(call: Call): never {
  if (!isUniform(call)) throw new StorageError('notImplemented', 'The local cloud has no access control lists.');
  throw new StorageError('invalid', 'Cannot use legacy ACL when uniform bucket-level access is enabled.');
}

function isUniform({ engine, params }: Call): boolean {
  const bucket = engine.store.buckets.get(params.toBucket ?? params.bucket ?? '');
  return bucket?.fields.iamConfiguration?.uniformBucketLevelAccess?.enabled === true;
}
