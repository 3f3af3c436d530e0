import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { TakeoutFault } from './explain.ts';
import { nameKey } from './file-names.ts';

/** The file that makes a folder a takeout. */
const STATE_FILE = 'takeout-state.sqlite';

/** Raised when an earlier program would read the state wrongly. */
const STATE_VERSION = '1';

/** What the state has of a photo. */
export interface SavedPhoto {
  id: string;
  /** Below the folder, or below `removed/` for a photo that is gone. */
  path: string;
  sha256: string;
  bytes: number;
  /** Whether the original lies there, whole. */
  isSaved: boolean;
  isRemoved: boolean;
}

export interface SavedAlbum {
  id: string;
  path: string;
  title: string;
  order: string;
}

type Setting = 'account' | 'token' | 'manifestBytes' | 'round' | 'isWholeRead';

/**
 * What earlier runs have done, in a SQLite file: flat in memory, whole after a `kill -9`, and locked, so that two runs do
 * not write into one folder.
 */
export class TakeoutState {
  readonly #database: DatabaseSync;

  /** @throws TakeoutFault for a folder that has other files, or in which another run is at work */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, STATE_FILE);
    if (!existsSync(path) && readdirSync(folder).length > 0) {
      throw new TakeoutFault(`${folder} has files, and is no takeout. Choose a new or an empty folder.`);
    }
    this.#database = new DatabaseSync(path);
    try {
      this.#database.exec(SCHEMA);
    } catch (cause) {
      this.#database.close();
      throw stateFault(folder, cause);
    }
    const version = this.#all<{ value: string }>(`SELECT value FROM setting WHERE name = 'version'`)[0]?.value;
    if (version === undefined) this.#run(`INSERT INTO setting VALUES ('version', ?)`, STATE_VERSION);
    else if (version !== STATE_VERSION) throw new TakeoutFault(`A later version of this program has made ${folder}.`);
  }

  setting(name: Setting): string | undefined {
    return this.#all<{ value: string }>('SELECT value FROM setting WHERE name = ?', name)[0]?.value;
  }

  /** Writes settings at once: all or none. */
  set(settings: Partial<Record<Setting, string | number>>): void {
    this.#database.exec('BEGIN');
    for (const [name, value] of Object.entries(settings)) {
      this.#run('INSERT OR REPLACE INTO setting VALUES (?, ?)', name, String(value));
    }
    this.#database.exec('COMMIT');
  }

  photo(id: string): SavedPhoto | undefined {
    const [row] = this.#all<PhotoRow>('SELECT * FROM photo WHERE id = ?', id);
    return row && savedPhoto(row);
  }

  /** Whether no photo and no album has this name. Case does not count. */
  isFree(path: string): boolean {
    const taken = 'SELECT 1 FROM photo WHERE key = ?1 UNION ALL SELECT 1 FROM album WHERE key = ?1';
    return this.#all(taken, nameKey(path)).length === 0;
  }

  /** Gives a photo its name, which it keeps. */
  addPhoto({ id, path, sha256, bytes }: Pick<SavedPhoto, 'id' | 'path' | 'sha256' | 'bytes'>): void {
    this.#run(
      'INSERT INTO photo (id, path, key, sha256, bytes) VALUES (?, ?, ?, ?, ?)',
      id,
      path,
      nameKey(path),
      sha256,
      bytes,
    );
  }

  /** Keeps what orders the photo in albums, and that this round has met it. */
  meetPhoto(
    id: string,
    { local, albums, round }: { local: string; albums: Record<string, string>; round: number },
  ): void {
    this.#database.exec('BEGIN');
    this.#run('UPDATE photo SET local = ?, round = ? WHERE id = ?', local, round, id);
    this.#run('DELETE FROM member WHERE photo = ?', id);
    for (const [album, rank] of Object.entries(albums))
      this.#run('INSERT INTO member VALUES (?, ?, ?)', album, id, rank);
    this.#database.exec('COMMIT');
  }

  markPhoto(id: string, { isSaved, isRemoved }: Pick<SavedPhoto, 'isSaved' | 'isRemoved'>): void {
    this.#run('UPDATE photo SET saved = ?, removed = ? WHERE id = ?', Number(isSaved), Number(isRemoved), id);
  }

  /** Photos and albums that a whole reading of the manifest has not met: they were deleted long ago. */
  unmet(round: number): { photos: string[]; albums: string[] } {
    const ids = (table: string, rest: string) =>
      this.#all<{ id: string }>(`SELECT id FROM ${table} WHERE round < ? ${rest}`, round).map(({ id }) => id);
    return { photos: ids('photo', 'AND NOT removed'), albums: ids('album', '') };
  }

  /** Photos whose originals are still to be fetched. */
  unsaved(): string[] {
    return this.#all<{ id: string }>('SELECT id FROM photo WHERE NOT saved AND NOT removed').map(({ id }) => id);
  }

  totals(): { photos: number; bytes: number } {
    const sums = 'SELECT count(*) AS photos, coalesce(sum(bytes), 0) AS bytes FROM photo WHERE saved AND NOT removed';
    return this.#all<{ photos: number; bytes: number }>(sums)[0] ?? { photos: 0, bytes: 0 };
  }

  albums(): SavedAlbum[] {
    return this.#all<AlbumRow>('SELECT * FROM album ORDER BY path').map(savedAlbum);
  }

  album(id: string): SavedAlbum | undefined {
    const [row] = this.#all<AlbumRow>('SELECT * FROM album WHERE id = ?', id);
    return row && savedAlbum(row);
  }

  putAlbum({ id, path, title, order }: SavedAlbum, round: number): void {
    this.#run('INSERT OR REPLACE INTO album VALUES (?, ?, ?, ?, ?, ?)', id, path, nameKey(path), title, order, round);
  }

  removeAlbum(id: string): void {
    this.#run('DELETE FROM album WHERE id = ?', id);
  }

  /** The paths of an album's photos in its order: by rank, or the newest first. A photo without a rank stands at the end. */
  *photosOf({ id, order }: SavedAlbum): Generator<string, void> {
    const by = order === 'custom' ? `rank = '', rank || '.' || id` : 'local DESC, id DESC';
    const rows = this.#database
      .prepare(
        `SELECT path FROM member JOIN photo ON id = photo WHERE album = ? AND saved AND NOT removed ORDER BY ${by}`,
      )
      .iterate(id);
    for (const { path } of rows) yield String(path);
  }

  close(): void {
    this.#database.close();
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#database.prepare(sql).all(...values) as Row[];
  }
}

interface PhotoRow {
  id: string;
  path: string;
  sha256: string;
  bytes: number;
  saved: number;
  removed: number;
}

interface AlbumRow {
  id: string;
  path: string;
  title: string;
  sorting: string;
}

const savedPhoto = ({ saved, removed, ...row }: PhotoRow): SavedPhoto => ({
  ...row,
  isSaved: saved === 1,
  isRemoved: removed === 1,
});

const savedAlbum = ({ id, path, title, sorting }: AlbumRow): SavedAlbum => ({ id, path, title, order: sorting });

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS photo (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, key TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    local TEXT NOT NULL DEFAULT '', saved INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0,
    round INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS unsaved ON photo (saved) WHERE NOT saved;
  CREATE TABLE IF NOT EXISTS album (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, sorting TEXT NOT NULL,
    round INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS member (
    album TEXT NOT NULL, photo TEXT NOT NULL, rank TEXT NOT NULL, PRIMARY KEY (album, photo)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS member_photo ON member (photo);
`;

function stateFault(folder: string, cause: unknown): TakeoutFault {
  const said = cause instanceof Error ? cause.message : String(cause);
  const isLocked = said.includes('locked');
  const words = isLocked
    ? `Another takeout is at work in ${folder}. Wait until it has ended.`
    : `The state in ${join(folder, STATE_FILE)} cannot be read (${said}). Choose a new folder.`;
  return new TakeoutFault(words, { cause });
}
