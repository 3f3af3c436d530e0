import type { Kind } from '../model/entity-kinds.ts';

/** The address of one entity under the user that the overlay belongs to. The user itself has the name ''. */
export interface EntityRef<T = unknown> {
  kind: Kind<T>;
  name: string;
}

/** Reads rows from the transaction, in one call for all; `undefined` for what is not there. */
export type Lookup = (rows: EntityRef[]) => Promise<unknown[]>;

/**
 * One user's entities as a transaction will leave them: read once, changed in memory, written at the end, because a
 * Datastore transaction does not see its own writes. A fork collects one caller's writes apart, so that they can be
 * dropped when that caller fails and the others go on.
 */
export interface UnitOfWork {
  /** Reads what is not known yet, in one call. */
  prefetch(rows: EntityRef[]): Promise<void>;
  read<T>(row: EntityRef<T>): Promise<T | undefined>;
  /** `undefined` deletes the row. */
  write<T>(row: EntityRef<T>, value: T | undefined): void;
  /** What has been written so far. */
  writes(): Write[];
  savepoint(): Savepoint;
}

export interface Savepoint extends UnitOfWork {
  /** Hands the fork's writes to the overlay that it was forked from. */
  merge(): void;
}

export interface Write extends EntityRef {
  value: unknown;
}

const idOf = ({ kind, name }: EntityRef) => `${kind.name}/${name}`;

/** An overlay over the rows that `lookup` finds. */
export function createUnitOfWork(lookup: Lookup): UnitOfWork {
  const known = new Map<string, unknown>();
  return layer({
    has: (row) => known.has(idOf(row)),
    get: (row) => known.get(idOf(row)),
    async load(rows) {
      const values = await lookup(rows);
      rows.forEach((row, index) => known.set(idOf(row), values[index]));
    },
  });
}

/** What lies below a layer: rows that are known, and a way to learn of more. */
interface Base {
  has(row: EntityRef): boolean;
  get(row: EntityRef): unknown;
  load(rows: EntityRef[]): Promise<void>;
}

function layer(ground: Base): UnitOfWork {
  const written = new Map<string, Write>();
  const has = (row: EntityRef) => written.has(idOf(row)) || ground.has(row);
  const get = (row: EntityRef) => (written.has(idOf(row)) ? written.get(idOf(row))?.value : ground.get(row));
  const prefetch = async (rows: EntityRef[]) => {
    const missing = rows.filter((row) => !has(row));
    if (missing.length > 0) await ground.load(missing);
  };
  const overlay: UnitOfWork = {
    prefetch,
    async read<T>(row: EntityRef<T>) {
      await prefetch([row]);
      return get(row) as T | undefined;
    },
    write: (row, value) => void written.set(idOf(row), { ...row, value }),
    writes: () => [...written.values()],
    savepoint() {
      const fork = layer({ has, get, load: ground.load });
      return { ...fork, merge: () => fork.writes().forEach((write) => overlay.write(write, write.value)) };
    },
  };
  return overlay;
}
