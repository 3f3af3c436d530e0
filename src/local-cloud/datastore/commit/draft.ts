import { CloudError } from '../../cloud-error.ts';
import { primaryRow, type Disk } from '../disk.ts';
import { toMicros } from '../encoding/values.ts';
import { describeKey, type Address } from '../keys.ts';
import type { Entity, Mutation, Value } from '../protocol.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import { checkProperties } from '../limits.ts';
import { normalizeProperties } from './normalize.ts';
import { mergeMasked } from './property-mask.ts';
import type { Change } from './mutations.ts';
import { applyTransforms } from './transforms.ts';

/** One entity's change in a commit. */
export interface Draft {
  address: Address;
  /** Its row in the space of all keys, as Latin-1 text. */
  row: string;
  before: { stored: StoredEntity; entity: Entity } | undefined;
  /** Undefined when it is deleted or was never there. */
  entity: Entity | undefined;
  changed: boolean;
}

/** What a mutation did, before the commit has a version. */
export interface Outcome {
  change: Change;
  draft: Draft;
  conflict: boolean;
  transforms: Value[];
}

/** Applies mutations one after the other to drafts of their entities. Nothing is written. */
export class Drafts {
  readonly #disk: Disk;
  readonly #requestTime: number;
  readonly #drafts = new Map<string, Draft>();

  /** `requestTime` in milliseconds since the Unix epoch, for server values. */
  constructor(disk: Disk, requestTime: number) {
    this.#disk = disk;
    this.#requestTime = requestTime;
  }

  /** @throws CloudError ALREADY_EXISTS, NOT_FOUND, ABORTED (a conflict under strategy FAIL) or INVALID_ARGUMENT. */
  apply(change: Change): Outcome {
    const draft = this.#draft(change);
    if (isConflict(draft, change.mutation)) return { change, draft, conflict: true, transforms: [] };
    if (change.operation === 'insert' && draft.entity) throw alreadyExists(change);
    if (change.operation === 'update' && !draft.entity) throw notFound(change);
    draft.changed = true;
    return { change, draft, conflict: false, transforms: this.#write(draft, change) };
  }

  /** The drafts to write, one per entity. The delete of a missing entity is none. */
  changed(): Draft[] {
    return [...this.#drafts.values()].filter(({ changed, before, entity }) => changed && (before || entity));
  }

  /** Returns the results of the transforms. */
  #write(draft: Draft, { entity, mutation, partition }: Change): Value[] {
    const { propertyMask, propertyTransforms = [] } = mutation;
    draft.entity = entity && propertyMask ? mergeMasked(draft.entity, entity, propertyMask) : entity;
    if (!draft.entity) return [];
    const results = applyTransforms(draft.entity, propertyTransforms, this.#requestTime);
    normalizeProperties(draft.entity, partition);
    checkProperties(draft.entity);
    return results;
  }

  #draft(address: Address): Draft {
    const row = primaryRow(this.#disk, address);
    const name = row.toString('latin1');
    const known = this.#drafts.get(name);
    if (known) return known;
    const stored = this.#disk.entities.find(row);
    const before = stored && { stored, entity: this.#disk.codec.decode(stored.data) };
    const draft: Draft = { address, row: name, before, entity: before?.entity, changed: false };
    this.#drafts.set(name, draft);
    return draft;
  }
}

function isConflict({ before, entity }: Draft, mutation: Mutation): boolean {
  const { conflictDetectionStrategy: strategy, conflictResolutionStrategy: resolution } = mutation;
  if (!strategy) {
    if (!resolution || resolution === 'STRATEGY_UNSPECIFIED') return false;
    throw invalid('A conflict resolution strategy needs a conflict detection strategy.');
  }
  const version = entity && before ? before.stored.version : 0;
  const expected = strategy === 'baseVersion' ? Number(mutation.baseVersion) : toMicros(mutation.updateTime ?? {});
  if (version === expected) return false;
  if (resolution !== 'FAIL') return true;
  throw new CloudError('ABORTED', 'A mutation conflicts with the current version of its entity.');
}

const alreadyExists = ({ key }: Address) =>
  new CloudError('ALREADY_EXISTS', `entity already exists: ${describeKey(key)}`);

const notFound = ({ key }: Address) => new CloudError('NOT_FOUND', `no entity to update: ${describeKey(key)}`);

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
