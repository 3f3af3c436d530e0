import { StorageError } from '../storage-error.ts';
import { header, type Call } from './call.ts';

/** Keys of the caller's own are not supported; to store the bytes in the clear instead would be a lie. */
export function refuseEncryption(call: Call): void {
  const asked = ['x-goog-encryption-algorithm', 'x-goog-copy-source-encryption-algorithm'].some((name) =>
    header(call, name),
  );
  if (!asked && !call.query.has('kmsKeyName') && !call.query.has('destinationKmsKeyName')) return;
  throw new StorageError('notImplemented', 'The local cloud has no encryption keys of customers.');
}
