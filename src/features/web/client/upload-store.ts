import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { markKeptUploads } from './kept-mark.ts';

/** What is kept of an upload, so that a later page can go on. */
export interface KeptUpload {
  id: string;
  /** The page that sends it. */
  page: string;
  /** Handle of the person whose file it is. */
  person: string;
  name: string;
  size: number;
  caption: string;
  alt: string;
  sha256?: string | undefined;
  keptAt: number;
}

/** An upload that another page has taken over, and its file if that is kept. */
export interface Taken {
  upload: KeptUpload;
  file: File | undefined;
}

interface Schema extends DBSchema {
  uploads: { key: string; value: KeptUpload };
  files: { key: string; value: File };
}

/** Uploads that were not looked after for so long are not wanted any more. */
const LONGEST_KEPT_MS = 7 * 24 * 3_600_000;

/** Keeps uploads in the browser, beyond the life of a page. Every method may reject: the browser may be full, or refuse. */
export class UploadStore {
  readonly #database: Promise<IDBPDatabase<Schema>>;

  constructor() {
    this.#database = openDB<Schema>('uploads', 1, {
      upgrade(database) {
        database.createObjectStore('uploads', { keyPath: 'id' });
        database.createObjectStore('files');
      },
    });
    // Each use meets the error.
    this.#database.catch(() => undefined);
  }

  async keep(uploads: readonly KeptUpload[]): Promise<void> {
    markKeptUploads(true);
    const change = (await this.#database).transaction('uploads', 'readwrite');
    await Promise.all([...uploads.map((upload) => change.store.put(upload)), change.done]);
  }

  /** Keeps the bytes of an upload, unless it is not kept any more. */
  async keepFile(id: string, file: File): Promise<void> {
    const change = (await this.#database).transaction(['uploads', 'files'], 'readwrite');
    if (await change.objectStore('uploads').getKey(id)) await change.objectStore('files').put(file, id);
    await change.done;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const change = (await this.#database).transaction(['uploads', 'files'], 'readwrite');
    await forget(change, ids);
    if ((await change.objectStore('uploads').count()) === 0) markKeptUploads(false);
    await change.done;
  }

  /** The pages that have kept uploads. */
  async pages(): Promise<string[]> {
    const uploads = await (await this.#database).getAll('uploads');
    return [...new Set(uploads.map(({ page }) => page))];
  }

  /** Hands the uploads of a closed page to another page. Uploads of another person, and old ones, are forgotten. */
  async handOver(from: string, { page, person }: { page: string; person: string }): Promise<Taken[]> {
    const change = (await this.#database).transaction(['uploads', 'files'], 'readwrite');
    const all = (await change.objectStore('uploads').getAll()).filter((upload) => upload.page === from);
    const isWanted = (upload: KeptUpload) => upload.person === person && Date.now() - upload.keptAt < LONGEST_KEPT_MS;
    const unwanted = all.filter((upload) => !isWanted(upload)).map(({ id }) => id);
    await forget(change, unwanted);
    const taken: Taken[] = [];
    for (const left of all.filter(isWanted)) {
      const upload = { ...left, page };
      await change.objectStore('uploads').put(upload);
      taken.push({ upload, file: await change.objectStore('files').get(upload.id) });
    }
    await change.done;
    return taken;
  }

  async clear(): Promise<void> {
    markKeptUploads(false);
    const change = (await this.#database).transaction(['uploads', 'files'], 'readwrite');
    await Promise.all([change.objectStore('uploads').clear(), change.objectStore('files').clear(), change.done]);
  }
}

async function forget(
  change: IDBPTransaction<Schema, ['uploads', 'files'], 'readwrite'>,
  ids: readonly string[],
): Promise<void> {
  const stores = [change.objectStore('uploads'), change.objectStore('files')];
  await Promise.all(ids.flatMap((id) => stores.map((store) => store.delete(id))));
}
