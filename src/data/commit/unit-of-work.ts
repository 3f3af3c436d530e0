import type { EntityRef } from '../model/entity-refs.ts';

/** Reads entities in the transaction, in one call for all; `undefined` for each that does not exist. */
type Lookup = (refs: EntityRef[]) => Promise<unknown[]>;

/** One user's entities as a transaction will leave them. */
export interface Entities {
  /** Reads what is not known yet, in one call. */
  prefetch(refs: EntityRef[]): Promise<void>;
  read<T>(ref: EntityRef<T>): Promise<T | undefined>;
  /** `undefined` deletes the entity. */
  write<T>(ref: EntityRef<T>, value: T | undefined): void;
}

/**
 * Entities that are read once, changed in memory and written at the end, because a Datastore transaction does not see its
 * own writes. A savepoint collects one caller's writes apart, so that they can be dropped when that caller fails and the
 * others continue.
 */
export interface UnitOfWork extends Entities {
  /** What has been written so far. */
  writes(): Write[];
  savepoint(): Savepoint;
}

interface Savepoint extends UnitOfWork {
  /** Hands the savepoint's writes to the unit of work that it was made on. */
  merge(): void;
}

export interface Write extends EntityRef {
  value: unknown;
}

const idOf = ({ kind, name }: EntityRef) => `${kind.name}/${name}`;

/** A unit of work over the entities that `lookup` finds. */
export function createUnitOfWork(lookup: Lookup): UnitOfWork {
  const known = new Map<string, unknown>();
  return layer({
    has: (ref) => known.has(idOf(ref)),
    get: (ref) => known.get(idOf(ref)),
    async load(refs) {
      const values = await lookup(refs);
      refs.forEach((ref, index) => known.set(idOf(ref), values[index]));
    },
  });
}

/** What lies below a layer: entities that are known, and a way to read more. */
interface Base {
  has(ref: EntityRef): boolean;
  get(ref: EntityRef): unknown;
  load(refs: EntityRef[]): Promise<void>;
}

function layer(base: Base): UnitOfWork {
  const written = new Map<string, Write>();
  const has = (ref: EntityRef) => written.has(idOf(ref)) || base.has(ref);
  const get = (ref: EntityRef) => (written.has(idOf(ref)) ? written.get(idOf(ref))?.value : base.get(ref));
  const prefetch = async (refs: EntityRef[]) => {
    const missing = refs.filter((ref) => !has(ref));
    if (missing.length > 0) await base.load(missing);
  };
  const unit: UnitOfWork = {
    prefetch,
    async read<T>(ref: EntityRef<T>) {
      await prefetch([ref]);
      return get(ref) as T | undefined;
    },
    write: (ref, value) => void written.set(idOf(ref), { ...ref, value }),
    writes: () => [...written.values()],
    savepoint() {
      const savepoint = layer({ has, get, load: base.load });
      return { ...savepoint, merge: () => savepoint.writes().forEach((write) => unit.write(write, write.value)) };
    },
  };
  return unit;
}
