import { CloudError } from '../cloud-error.ts';
import { encodePath } from './encoding/keys.ts';
import type { Key, PartitionId, Request } from './protocol.ts';
import type { Partition } from './store/spaces.ts';

const MAX_NAME_BYTES = 1500;
const MAX_KEY_BYTES = 6 * 1024;
const MAX_PATH_ELEMENTS = 100;
const RESERVED = /^__.*__$/s;

/** A checked key: where it lives and its path. */
export interface Address {
  partition: Partition;
  key: Key;
}

/** The partition that a request or one of its keys means, with everything left out filled in. */
export function partitionOf(request: Request, id: PartitionId | null | undefined): Partition {
  const { projectId = '', databaseId = '' } = request;
  if (projectId === '') throw invalid('The project id is missing.');
  if (databaseId === '(default)') throw invalid("The default database is named '', not '(default)'.");
  const partition = {
    projectId: id?.projectId || projectId,
    databaseId: id?.databaseId || databaseId,
    namespaceId: id?.namespaceId ?? '',
  };
  if (partition.projectId !== projectId || partition.databaseId !== databaseId) {
    throw invalid(
      `mismatched databases within request: ${projectId}/${databaseId} and ${partition.projectId}/${partition.databaseId}`,
    );
  }
  if (!/^[\w.-]{0,100}$/.test(partition.namespaceId)) throw invalid(`Invalid namespace: ${partition.namespaceId}`);
  return partition;
}

/** Checks a key of a request and fills in its partition. Its last element may lack an id if `allowIncomplete`. */
export function addressOf(request: Request, key: Key | null | undefined, allowIncomplete = false): Address {
  if (!key || key.path.length === 0) throw invalid('A key path must have at least one element.');
  if (key.path.length > MAX_PATH_ELEMENTS) throw invalid('A key path may have at most 100 elements.');
  const partition = partitionOf(request, key.partitionId);
  key.path.forEach((element, at) => {
    checkName('kind', element.kind);
    if (element.name !== undefined) return checkName('name', element.name);
    if (element.id === '0') throw invalid('The id of a key path element must not be zero.');
    if (element.id === undefined && !(allowIncomplete && at === key.path.length - 1)) {
      throw invalid('Key path is incomplete: every element must have an id or a name.');
    }
  });
  if (encodePath(key.path).length > MAX_KEY_BYTES) throw invalid('The key is longer than 6 KiB.');
  return { partition, key: { partitionId: partition, path: key.path } };
}

export function isIncomplete({ path }: Key): boolean {
  const last = path.at(-1);
  return last !== undefined && last.id === undefined && last.name === undefined;
}

/** The key with `id` in its last element. */
export function completed({ partitionId, path }: Key, id: string): Key {
  return { ...(partitionId && { partitionId }), path: [...path.slice(0, -1), { kind: path.at(-1)!.kind, id }] };
}

/** What tells the entity group of a key from others: its partition and root. */
export function groupOf({ partition, key }: Address): string {
  const { kind, id, name } = key.path[0]!;
  return JSON.stringify([partition.projectId, partition.databaseId, partition.namespaceId, kind, id, name]);
}

/** A key's path in words, for messages. */
export const describeKey = ({ path }: Key) => path.map(({ kind, id, name }) => `${kind}:${name ?? id}`).join('/');

/** Refuses keys of which a part is reserved: they may be read, never written. */
export function refuseReserved({ path, partitionId }: Key) {
  const names = [partitionId?.namespaceId ?? '', ...path.flatMap(({ kind, name }) => [kind, name ?? ''])];
  const reserved = names.find((name) => RESERVED.test(name));
  if (reserved !== undefined) throw invalid(`The name "${reserved}" is reserved.`);
}

function checkName(what: string, name: string | undefined) {
  if (!name) throw invalid(`The ${what} of a key path element must not be empty.`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalid(`The ${what} of a key path element is longer than 1500 bytes.`);
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
