import { CloudError } from '../../cloud-error.ts';
import { primaryRow, type Disk } from '../disk.ts';
import { toMicros } from '../encoding/values.ts';
import { describeKey, type Address } from '../keys.ts';
import type { Entity, Mutation, Value } from '../protocol.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import { checkProperties } from './limits.ts';
import { normalizeProperties } from './normalize.ts';
import { mergeMasked } from './property-mask.ts';
import type { Change } from './mutations.ts';
import { applyTransforms } from './transforms.ts';

/** What becomes of one entity in a commit. */
export interface Draft {
  address: Address;
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
    if (this.#conflicts(draft, change.mutation)) return { change, draft, conflict: true, transforms: [] };
    if (change.operation === 'insert' && draft.entity) throw alreadyExists(change);
    if (change.operation === 'update' && !draft.entity) throw notFound(change);
    draft.changed = true;
    if (!change.entity) {
      draft.entity = undefined;
      return { change, draft, conflict: false, transforms: [] };
    }
    const { propertyMask, propertyTransforms = [] } = change.mutation;
    draft.entity = propertyMask ? mergeMasked(draft.entity, change.entity, propertyMask) : change.entity;
    const transforms = applyTransforms(draft.entity, propertyTransforms, this.#requestTime);
    normalizeProperties(draft.entity, change.partition);
    checkProperties(draft.entity);
    return { change, draft, conflict: false, transforms };
  }

  /** What has to be written, each entity once; the delete of a missing one is nothing. */
  changed(): Draft[] {
    return [...this.#drafts.values()].filter(({ changed, before, entity }) => changed && (before || entity));
  }

  #draft(address: Address): Draft {
    const name = JSON.stringify([address.partition.namespaceId, address.key.path]);
    const known = this.#drafts.get(name);
    if (known) return known;
    const stored = this.#disk.entities.find(primaryRow(this.#disk, address));
    const before = stored && { stored, entity: this.#disk.codec.decode(stored.data) };
    const draft: Draft = { address, before, entity: before?.entity, changed: false };
    this.#drafts.set(name, draft);
    return draft;
  }

  #conflicts({ before, entity }: Draft, mutation: Mutation): boolean {
    const { conflictDetectionStrategy: strategy, conflictResolutionStrategy: resolution } = mutation;
    if (!strategy) {
      if (resolution && resolution !== 'STRATEGY_UNSPECIFIED')
        throw invalid('A conflict resolution strategy needs a conflict detection strategy.');
      return false;
    }
    const version = entity && before ? before.stored.version : 0;
    const expected = strategy === 'baseVersion' ? Number(mutation.baseVersion) : toMicros(mutation.updateTime ?? {});
    if (version === expected) return false;
    if (resolution === 'FAIL')
      throw new CloudError('ABORTED', 'A mutation conflicts with the current version of its entity.');
    return true;
  }
}

const alreadyExists = ({ key }: Address) =>
  new CloudError('ALREADY_EXISTS', `entity already exists: ${describeKey(key)}`);

const notFound = ({ key }: Address) => new CloudError('NOT_FOUND', `no entity to update: ${describeKey(key)}`);

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
