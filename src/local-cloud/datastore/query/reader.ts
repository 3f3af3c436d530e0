import type { Disk } from '../disk.ts';
import type { Entry, Lifetime, Range, StoredEntity } from '../store/entity-store.ts';
import type { ReadView } from '../transactions/read-view.ts';

const SMALLEST_PAGE = 16;

/** A page of index rows; `last` is where the page ended, undefined when the range did. */
interface Page {
  entries: Entry[];
  last: Buffer | undefined;
}

/** Reads as of one version, and notes in a read-write transaction what was read. */
export class Reader {
  readonly #disk: Disk;
  readonly #view: ReadView;
  readonly #hidden: ReadonlyMap<number, number> | undefined;

  /** `hidden`: entities whose versions from a certain one on are not seen. */
  constructor(disk: Disk, view: ReadView, hidden?: ReadonlyMap<number, number>) {
    this.#disk = disk;
    this.#view = view;
    this.#hidden = hidden;
  }

  find(k: Buffer): StoredEntity | undefined {
    this.#view.reads?.addEntity(k);
    return this.#isPast() ? this.#disk.entities.findAt(k, this.#view.at) : this.#disk.entities.find(k);
  }

  /** The entity behind an index row. `k` is its row in the space of all keys, asked for only when it is noted. */
  entity({ entity: id, stored }: Pick<Entry, 'entity' | 'stored'>, k: () => Buffer): StoredEntity | undefined {
    this.note(k);
    if (stored) return stored;
    return this.#isPast() ? this.#disk.entities.entityAt(id, this.#versionFor(id)) : this.#disk.entities.entity(id);
  }

  /** Notes an entity as read, by its row in the space of all keys. */
  note(k: () => Buffer): void {
    this.#view.reads?.addEntity(k());
  }

  /** `along`: whether to read each row's entity with it, where that is cheap. */
  scan(range: Range, backwards: boolean, limit: number, along: boolean): Page {
    const page = this.#isPast()
      ? this.#scanPast(range, backwards, limit)
      : this.#scanLive(range, backwards, limit, along);
    this.#noteRange(range, backwards, page.last);
    return page;
  }

  #isPast(): boolean {
    return this.#hidden !== undefined || this.#view.at < this.#disk.latest;
  }

  #versionFor(entity: number): number {
    return Math.min(this.#view.at, (this.#hidden?.get(entity) ?? Infinity) - 1);
  }

  #scanLive(range: Range, backwards: boolean, limit: number, along: boolean): Page {
    const { entities } = this.#disk;
    const entries = along ? entities.scanEntities(range, backwards, limit) : entities.scan(range, backwards, limit);
    return { entries, last: entries.length < limit ? undefined : entries.at(-1)!.k };
  }

  #scanPast(range: Range, backwards: boolean, limit: number): Page {
    for (let size = Math.max(limit, SMALLEST_PAGE); ; size *= 2) {
      const rows = this.#disk.entities.scanLifetimes(range, backwards, size);
      if (rows.length < size) return { entries: this.#seen(rows), last: undefined };
      // Of the last row's key there may be further lives behind the page, so it belongs to the next one.
      const end = rows.findIndex(({ k }) => k.equals(rows.at(-1)!.k));
      if (end > 0) return { entries: this.#seen(rows.slice(0, end)), last: rows[end - 1]!.k };
    }
  }

  #seen(rows: Lifetime[]): Entry[] {
    return rows.filter(({ entity, born, died }) => {
      const at = this.#versionFor(entity);
      return born <= at && at < died;
    });
  }

  #noteRange({ from, to }: Range, backwards: boolean, last: Buffer | undefined) {
    if (!this.#view.reads) return;
    const [start, end] = backwards ? [last ?? from, to] : [from, last ? justAfter(last) : to];
    this.#view.reads.addRange(start, end);
  }
}

/** The least byte string above `k`. */
export const justAfter = (k: Buffer) => Buffer.concat([k, Buffer.of(0)]);
