import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** An entity as it lies on disk. Versions are commit times in microseconds since the Unix epoch. */
export interface StoredEntity {
  id: number;
  version: number;
  created: number;
  /** The encoded google.datastore.v1.Entity. */
  data: Uint8Array;
}

/** One row of an index. */
export interface Entry {
  k: Buffer;
  /** Whether the entity may have more rows in the same index. */
  many: boolean;
  /** `StoredEntity.id`. */
  entity: number;
  /** The entity itself, where it was read along. */
  stored?: StoredEntity;
}

/** A row of an index with its life: `died` is Infinity while it lives. */
export interface Lifetime extends Entry {
  born: number;
  died: number;
}

/** Rows from `from` on, up to but not including `to`. */
export interface Range {
  from: Buffer;
  to: Buffer;
}

const LIVE = 'SELECT k, many, entity FROM entry WHERE k >= ?1 AND k < ?2';
// CROSS JOIN keeps SQLite to this order: along the index, then to each entity.
const LIVE_ENTITIES = `SELECT i.k, i.many, i.entity, e.version, e.created, e.data
  FROM entry i CROSS JOIN entity e ON e.id = i.entity WHERE i.k >= ?1 AND i.k < ?2`;
// A compound on its own merges the two orders; as a subquery SQLite would sort the whole range.
const LIFETIMES = `SELECT k, many, entity, born, 9e999 AS died FROM entry WHERE k >= ?1 AND k < ?2
  UNION ALL SELECT k, many, entity, born, died FROM past_entry WHERE k >= ?1 AND k < ?2`;

const COUNT = 'SELECT count(*) FROM (SELECT 1 FROM entry WHERE k >= ? AND k < ? LIMIT ?)';

/** Reads entities and index rows, as they are or as they were. */
export class EntityStore {
  readonly #find: StatementSync;
  readonly #findPast: StatementSync;
  readonly #entity: StatementSync;
  readonly #pastEntity: StatementSync;
  readonly #scan: Ways;
  readonly #scanEntities: Ways;
  readonly #scanPast: Ways;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql, { returnArrays: true });
    this.#find = prepare(
      'SELECT e.id, e.version, e.created, e.data FROM entry i CROSS JOIN entity e ON e.id = i.entity WHERE i.k = ?',
    );
    this.#findPast = prepare(`SELECT entity FROM entry WHERE k = ?1 AND born <= ?2
      UNION ALL SELECT entity FROM past_entry WHERE k = ?1 AND born <= ?2 AND died > ?2`);
    this.#entity = prepare('SELECT id, version, created, data FROM entity WHERE id = ?');
    this.#pastEntity = prepare(
      'SELECT id, version, created, data FROM past_entity WHERE id = ? AND version <= ? ORDER BY version DESC LIMIT 1',
    );
    const bothWays = (sql: string) => ({
      up: prepare(`${sql} ORDER BY k LIMIT ?3`),
      down: prepare(`${sql} ORDER BY k DESC LIMIT ?3`),
    });
    this.#scan = bothWays(LIVE);
    this.#scanEntities = bothWays(LIVE_ENTITIES);
    this.#scanPast = bothWays(LIFETIMES);
    this.#count = prepare(COUNT);
  }

  /** The entity that the index row `k` names, now. */
  find(k: Buffer): StoredEntity | undefined {
    return asEntity(this.#find.get(k));
  }

  /** The entity that the index row `k` named at version `at`. */
  findAt(k: Buffer, at: number): StoredEntity | undefined {
    const row = cells(this.#findPast.get(k, at));
    return row && this.entityAt(row[0] as number, at);
  }

  entity(id: number): StoredEntity | undefined {
    return asEntity(this.#entity.get(id));
  }

  entityAt(id: number, at: number): StoredEntity | undefined {
    const live = this.entity(id);
    return live && live.version <= at ? live : asEntity(this.#pastEntity.get(id, at));
  }

  /** At most `limit` living rows of a range, in order or backwards. */
  scan({ from, to }: Range, backwards: boolean, limit: number): Entry[] {
    return this.#scan[backwards ? 'down' : 'up'].all(from, to, limit).map(asEntry);
  }

  /** The same with each row's entity, which costs less than to ask for them one by one. */
  scanEntities({ from, to }: Range, backwards: boolean, limit: number): Entry[] {
    return this.#scanEntities[backwards ? 'down' : 'up'].all(from, to, limit).map((row) => {
      const [, , id, version, created, data] = cells(row)!;
      return Object.assign(asEntry(row), { stored: asEntity([id, version, created, data])! });
    });
  }

  /** How many living rows a range has, counted up to `limit`. */
  count({ from, to }: Range, limit: number): number {
    return Number(cells(this.#count.get(from, to, limit))?.[0]);
  }

  /** At most `limit` rows of a range, the living and those of the past hour together. */
  scanLifetimes({ from, to }: Range, backwards: boolean, limit: number): Lifetime[] {
    return this.#scanPast[backwards ? 'down' : 'up'].all(from, to, limit).map((row) => {
      const [, , , born, died] = cells(row)!;
      return Object.assign(asEntry(row), { born: born as number, died: died as number });
    });
  }
}

/** One statement for each direction. */
interface Ways {
  up: StatementSync;
  down: StatementSync;
}

/** The typings describe rows as records; with `returnArrays` they are arrays of cells. */
const cells = (row: unknown) => row as unknown[] | undefined;

function asEntity(row: unknown): StoredEntity | undefined {
  const [id, version, created, data] = cells(row) ?? [];
  if (id === undefined) return undefined;
  return { id: id as number, version: version as number, created: created as number, data: data as Uint8Array };
}

function asEntry(row: unknown): Entry {
  const [k, many, entity] = cells(row)!;
  const bytes = k as Uint8Array;
  return {
    k: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    many: many === 1,
    entity: entity as number,
  };
}
