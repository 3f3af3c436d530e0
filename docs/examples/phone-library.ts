import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Album, LibraryChange, LibraryCopy, ListedPhoto, SyncStep } from '../../src/client/index.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS items (
    kind TEXT, id TEXT, json TEXT NOT NULL, listing INTEGER NOT NULL, PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS uploads (file TEXT PRIMARY KEY, status TEXT NOT NULL);
`;

/** A copy of a library in a folder. Each step is one transaction, so that a kill leaves the step before or this one. */
export class PhoneLibrary implements LibraryCopy {
  readonly #database: DatabaseSync;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#database = new DatabaseSync(join(folder, 'library.db'));
    this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
  }

  load(): string | undefined {
    return this.#state('position');
  }

  save({ changes, position, startsOver, isLast }: SyncStep): void {
    this.#transaction(() => {
      // While the library is listed again, people go on seeing what was here before.
      const listing = Number(this.#state('listing') ?? 0) + (startsOver ? 1 : 0);
      for (const change of changes) this.#apply(change, listing);
      if (isLast) this.#database.prepare('DELETE FROM items WHERE listing < ?').run(listing);
      const sequence = Math.max(this.sequence(), ...changes.map((change) => change.sequence));
      this.#setState({ position, listing, sequence });
    });
  }

  /** By id. */
  photos(): Map<string, ListedPhoto> {
    return this.#items<ListedPhoto>('photo');
  }

  /** By id. */
  albums(): Map<string, Album> {
    return this.#items<Album>('album');
  }

  /** The number of the last change. */
  sequence(): number {
    return Number(this.#state('sequence') ?? 0);
  }

  /** Whether an earlier run has uploaded a file, as it is now. */
  isUploaded(file: string): boolean {
    return this.#database.prepare('SELECT 1 FROM uploads WHERE file = ?').get(file) !== undefined;
  }

  noteUpload(file: string, status: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO uploads VALUES (?, ?)').run(file, status);
  }

  close(): void {
    this.#database.close();
  }

  #apply(change: LibraryChange, listing: number): void {
    const { kind, id } = change;
    if (change.type === 'delete') {
      this.#database.prepare('DELETE FROM items WHERE kind = ? AND id = ?').run(kind, id);
    } else {
      const json = JSON.stringify(change.kind === 'photo' ? change.photo : change.album);
      this.#database.prepare('INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)').run(kind, id, json, listing);
    }
  }

  #items<Item>(kind: LibraryChange['kind']): Map<string, Item> {
    const found = this.#database.prepare('SELECT id, json FROM items WHERE kind = ?').all(kind);
    return new Map(found.map(({ id, json }) => [String(id), JSON.parse(String(json)) as Item]));
  }

  #state(name: string): string | undefined {
    const found = this.#database.prepare('SELECT value FROM state WHERE name = ?').get(name);
    return found && String(found['value']);
  }

  #setState(values: Record<string, string | number>): void {
    const write = this.#database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)');
    for (const [name, value] of Object.entries(values)) write.run(name, String(value));
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
