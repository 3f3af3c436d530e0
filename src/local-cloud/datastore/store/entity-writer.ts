import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredEntity } from './entity-store.ts';

/** The index rows of one entity: their bytes as Latin-1 text, and whether the entity may have more in that index. */
export type EntryMap = ReadonlyMap<string, boolean>;

/** What a commit does to one entity. */
export interface EntityChange {
  /** Undefined if it is new. */
  before: StoredEntity | undefined;
  /** Undefined if it is deleted. */
  data: Uint8Array | undefined;
  /** The index rows that go. */
  gone: string[];
  /** The index rows that come. */
  come: EntryMap;
}

/** Writes entities with their index rows, and keeps what they replace. */
export class EntityWriter {
  readonly #statements: ReturnType<typeof prepare>;
  #nextId: number;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
    // Numbers are not used twice while the past may still hold the former owner's rows.
    const last = database.prepare(
      'SELECT max((SELECT coalesce(max(id), 0) FROM entity), (SELECT coalesce(max(id), 0) FROM past_entity)) AS id',
    );
    this.#nextId = Number(last.get()?.['id']) + 1;
  }

  /** The version of the latest commit; 0 before the first. */
  latest(): number {
    return Number(this.#statements.latest.get()?.['value'] ?? 0);
  }

  /** Applies a change at commit `version`; returns the entity's number. */
  apply({ before, data, gone, come }: EntityChange, version: number): number {
    this.#statements.commit.run(version);
    const id = before?.id ?? this.#nextId++;
    if (before) this.#bury(before, version);
    if (!data) this.#statements.removeEntity.run(id);
    else if (before) this.#statements.changeEntity.run(version, data, id);
    else this.#statements.addEntity.run(id, version, version, data);
    for (const k of gone) this.#buryEntry(bytes(k), version);
    this.addEntries(id, come, version);
    return id;
  }

  /** Adds rows of a new index for an entity that exists already. */
  addEntries(id: number, entries: Iterable<[string, boolean]>, born: number) {
    for (const [k, many] of entries) this.#statements.addEntry.run(bytes(k), many ? 1 : 0, id, born);
  }

  #bury({ id, version, created, data }: StoredEntity, died: number) {
    this.#statements.buryEntity.run(id, version, created, died, data);
  }

  #buryEntry(k: Buffer, died: number) {
    this.#statements.buryEntry.run(died, k);
    this.#statements.removeEntry.run(k);
  }
}

const bytes = (k: string) => Buffer.from(k, 'latin1');

function prepare(database: DatabaseSync): Record<Statement, StatementSync> {
  return Object.fromEntries(Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)])) as Record<
    Statement,
    StatementSync
  >;
}

type Statement = keyof typeof STATEMENTS;

const STATEMENTS = {
  latest: "SELECT value FROM counter WHERE name = 'version'",
  commit: "INSERT INTO counter VALUES ('version', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  addEntity: 'INSERT INTO entity (id, version, created, data) VALUES (?, ?, ?, ?)',
  changeEntity: 'UPDATE entity SET version = ?, data = ? WHERE id = ?',
  removeEntity: 'DELETE FROM entity WHERE id = ?',
  buryEntity: 'INSERT INTO past_entity (id, version, created, died, data) VALUES (?, ?, ?, ?, ?)',
  addEntry: 'INSERT INTO entry (k, many, entity, born) VALUES (?, ?, ?, ?)',
  removeEntry: 'DELETE FROM entry WHERE k = ?',
  buryEntry: `INSERT INTO past_entry (k, many, entity, born, died)
    SELECT k, many, entity, born, ? FROM entry WHERE k = ?`,
} as const;
