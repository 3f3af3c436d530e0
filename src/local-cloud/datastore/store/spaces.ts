import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';

/** The project, database and namespace that a set of entities lives in. */
export interface Partition {
  projectId: string;
  databaseId: string;
  namespaceId: string;
}

/** What a space of index rows holds: all keys of a partition, the keys of a kind, or the rows of an index on it. */
export type SpaceName =
  | readonly [type: 'all']
  | readonly [type: 'kind', kind: string]
  | readonly [type: 'property' | 'composite', kind: string, index: string];

/** Numbers the spaces that index rows live in, so that a row begins with four bytes and not with names. */
export class Spaces {
  readonly #add: StatementSync;
  readonly #prefixes = new Map<string, Buffer>();
  readonly #all: StatementSync;
  #kept = new Set<string>();
  readonly #unsaved = new Set<string>();
  #next = 1;

  constructor(database: DatabaseSync, commits: GroupCommit) {
    this.#add = database.prepare('INSERT INTO space (id, name) VALUES (?, ?)');
    this.#all = database.prepare('SELECT id, name FROM space ORDER BY id');
    this.#read();
    commits.onUndone(() => this.#read());
  }

  /** The first four bytes of the space's rows, which a read can know before there are any. */
  prefix(partition: Partition, name: SpaceName): Buffer {
    return this.#prefixOf(nameOf(partition, name));
  }

  /** The same for rows that are going to be written; `save` comes before them. */
  prefixForWrite(partition: Partition, name: SpaceName): Buffer {
    const full = nameOf(partition, name);
    if (!this.#kept.has(full)) this.#unsaved.add(full);
    return this.#prefixOf(full);
  }

  /** Keeps the numbers of new spaces on disk. */
  save() {
    for (const full of this.#unsaved) {
      this.#add.run(this.#prefixOf(full).readUInt32BE(), full);
      this.#kept.add(full);
    }
    this.#unsaved.clear();
  }

  /** Every partition that has ever held an entity. */
  partitions(): Partition[] {
    return [...this.#kept].flatMap((full) => {
      const [projectId, databaseId, namespaceId, type] = JSON.parse(full) as [string, string, string, string];
      return type === 'all' ? [{ projectId, databaseId, namespaceId }] : [];
    });
  }

  /** The spaces of a partition that have ever held rows. */
  names({ projectId, databaseId, namespaceId }: Partition): SpaceName[] {
    const start = JSON.stringify([projectId, databaseId, namespaceId]).slice(0, -1) + ',';
    return [...this.#kept].flatMap((full) => {
      return full.startsWith(start) ? [JSON.parse(full).slice(3) as SpaceName] : [];
    });
  }

  #read() {
    this.#kept = new Set();
    for (const row of this.#all.all()) {
      this.#prefixes.set(String(row['name']), asPrefix(Number(row['id'])));
      this.#kept.add(String(row['name']));
      this.#next = Math.max(this.#next, Number(row['id']) + 1);
    }
  }

  #prefixOf(full: string): Buffer {
    const known = this.#prefixes.get(full);
    if (known) return known;
    const added = asPrefix(this.#next++);
    this.#prefixes.set(full, added);
    return added;
  }
}

const nameOf = ({ projectId, databaseId, namespaceId }: Partition, name: SpaceName) =>
  JSON.stringify([projectId, databaseId, namespaceId, ...name]);

function asPrefix(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(id);
  return bytes;
}
