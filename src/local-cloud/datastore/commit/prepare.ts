import { CloudError } from '../../cloud-error.ts';
import { allocateKey, primaryRow, type Disk } from '../disk.ts';
import { indexEntries } from '../indexes/index-entries.ts';
import { groupOf, type Address } from '../keys.ts';
import type { CommitRequest, Entity } from '../protocol.ts';
import type { EntityChange, EntryMap } from '../store/entity-writer.ts';
import type { Touched } from '../transactions/transaction.ts';
import { Drafts, type Draft, type Outcome } from './draft.ts';
import { LIMITS } from '../limits.ts';
import { readMutations, refuseSequences } from './mutations.ts';

/** A commit that has passed every rule and waits to be written. */
export interface Prepared {
  outcomes: Outcome[];
  changes: EntityChange[];
  /** The entity group of each change. */
  groups: string[];
  touched: Omit<Touched, 'version'>;
}

/** Checks a commit as a whole. `requestTime` in milliseconds since the Unix epoch, for server values. */
export function prepare(disk: Disk, request: CommitRequest, requestTime: number): Prepared {
  const mutations = readMutations(request, (address) => allocateKey(disk, address));
  const rowOf = (address: Address) => primaryRow(disk, address).toString('latin1');
  refuseSequences(mutations, request.mode !== 'NON_TRANSACTIONAL', rowOf);
  const drafts = new Drafts(disk, requestTime);
  const outcomes = mutations.map((mutation) => drafts.apply(mutation));
  const written = drafts.changed();
  const changes = written.map((draft) => changeOf(disk, draft));
  refuseSize(changes);
  const entries = changes.flatMap(({ gone, come }) => [...gone, ...come.keys()]);
  return {
    outcomes,
    changes,
    groups: written.map(({ address }) => groupOf(address)),
    touched: { entities: written.map(({ row }) => row), entries },
  };
}

function changeOf(disk: Disk, { address: { partition }, before, entity }: Draft): EntityChange {
  const old = before ? indexEntries(disk, partition, before.entity) : NONE;
  const data = entity && encode(disk, entity);
  const fresh = entity ? indexEntries(disk, partition, entity) : NONE;
  return { before: before?.stored, data, gone: [...missingIn(fresh, old).keys()], come: missingIn(old, fresh) };
}

const NONE: EntryMap = new Map();

/** The rows of `entries` that `others` has not, or has with another mark. */
function missingIn(others: EntryMap, entries: EntryMap): EntryMap {
  const missing = new Map<string, boolean>();
  for (const [k, many] of entries) if (others.get(k) !== many) missing.set(k, many);
  return missing;
}

function encode({ codec }: Disk, entity: Entity): Buffer {
  const data = codec.encode(entity);
  if (data.length <= LIMITS.entity) return data;
  throw new CloudError('INVALID_ARGUMENT', `The entity is too big: ${data.length} bytes of at most ${LIMITS.entity}.`);
}

/** Index entries count too, those that are removed as well as those that are written ("Limits" of Firestore). */
function refuseSize(changes: EntityChange[]) {
  const bytes = changes.reduce((sum, change) => sum + sizeOf(change), 0);
  if (bytes <= LIMITS.commit) return;
  throw new CloudError('INVALID_ARGUMENT', `Transaction too big: ${bytes} bytes of at most ${LIMITS.commit}.`);
}

function sizeOf({ data, gone, come }: EntityChange): number {
  let bytes = data?.length ?? 0;
  for (const entry of gone) bytes += entry.length;
  for (const entry of come.keys()) bytes += entry.length;
  return bytes;
}
