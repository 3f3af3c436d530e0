import { CloudError } from '../../cloud-error.ts';
import { addressOf, isIncomplete, refuseReserved, type Address } from '../keys.ts';
import type { CommitRequest, Entity, Key, Mutation } from '../protocol.ts';

/** A mutation with its key checked and completed. */
export interface Change extends Address {
  operation: 'insert' | 'update' | 'upsert' | 'delete';
  mutation: Mutation;
  /** What to write; absent for a delete. */
  entity: Entity | undefined;
  /** Whether the key got its id here. */
  allocated: boolean;
}

/** Reads the mutations of a commit. `allocate` completes an incomplete key. */
export function readMutations(request: CommitRequest, allocate: (address: Address) => Key): Change[] {
  return (request.mutations ?? []).map((mutation) => readMutation(request, mutation, allocate));
}

function readMutation(request: CommitRequest, mutation: Mutation, allocate: (address: Address) => Key): Change {
  const { operation } = mutation;
  if (!operation) throw invalid('A mutation must have an operation.');
  const entity = operation === 'delete' ? undefined : mutation[operation];
  const mayBeIncomplete = operation === 'insert' || operation === 'upsert';
  const address = addressOf(request, entity ? entity.key : mutation.delete, mayBeIncomplete);
  refuseReserved(address.key);
  const allocated = isIncomplete(address.key);
  const key = allocated ? allocate(address) : address.key;
  return { operation, mutation, partition: address.partition, key, entity: entity && { ...entity, key }, allocated };
}

const FORBIDDEN = new Set(['insert insert', 'update insert', 'upsert insert', 'delete update']);

/** Refuses sequences on one entity that datastore.proto (CommitRequest.mutations) forbids; `keyOf` tells entities apart. */
export function refuseSequences(changes: Change[], isTransactional: boolean, keyOf: (change: Change) => string) {
  const last = new Map<string, string>();
  for (const change of changes) {
    const key = keyOf(change);
    const previous = last.get(key);
    if (previous !== undefined && !isTransactional) {
      throw invalid('A non-transactional commit may not contain multiple mutations affecting the same entity.');
    }
    if (FORBIDDEN.has(`${previous} ${change.operation}`)) {
      throw invalid(`A commit may not ${change.operation} an entity after its ${previous}.`);
    }
    last.set(key, change.operation);
  }
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
