import { StorageError } from '../storage-error.ts';
import { header, type Call } from './call.ts';

/** Refuses what a caller may ask of any method and does not get: to pass over it in silence would be a lie. */
export function refuseUnsupported(call: Call): void {
  const { query } = call;
  if (ENCRYPTION.some((name) => header(call, name)) || KMS.some((name) => query.has(name))) {
    throw new StorageError('notImplemented', 'The local cloud has no encryption keys of customers.');
  }
  if (query.get('softDeleted') === 'true')
    throw new StorageError('notImplemented', 'The local cloud has no soft delete.');
  if (ACLS.some((name) => query.has(name)) || header(call, 'x-goog-acl')) {
    throw new StorageError('invalid', 'Cannot use legacy ACL when uniform bucket-level access is enabled.');
  }
}

const ENCRYPTION = ['x-goog-encryption-algorithm', 'x-goog-copy-source-encryption-algorithm'];
const KMS = ['kmsKeyName', 'destinationKmsKeyName'];
const ACLS = ['predefinedAcl', 'predefinedDefaultObjectAcl', 'destinationPredefinedAcl'];
