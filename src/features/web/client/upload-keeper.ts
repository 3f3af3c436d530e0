import { FORM_LIMIT } from './upload-file.ts';
import { isClosed, openPage, thisPage } from './upload-pages.ts';
import type { Upload } from './upload-queue.ts';
import { UploadStore, type KeptUpload, type Taken } from './upload-store.ts';

/** What an earlier page has left: its file is undefined if the browser has not kept it. */
export type LeftUpload = Pick<Upload, 'id' | 'name' | 'size' | 'caption' | 'alt' | 'sha256' | 'file'>;

/** Keeps the uploads of a page in the browser until they have ended, so that a later page goes on with them. */
export class UploadKeeper {
  /** The browser has no room for a file, or keeps nothing at all. */
  isFull = false;
  readonly #person: string;
  readonly #store = new UploadStore();
  /** Uploads that are kept, with the digest that is kept of them. */
  readonly #kept = new Map<Upload, string | undefined>();
  /** Uploads whose files are kept, too. */
  readonly #safe = new Set<Upload>();
  readonly #toCopy: Upload[] = [];
  #isCopying = false;

  /** @param person Handle of the person who is signed in: no other gets to see what is kept. */
  constructor(person: string) {
    this.#person = person;
    openPage();
  }

  /** Whether a later page can go on with the upload by itself. */
  isSafe = (upload: Upload) => this.#safe.has(upload);

  async keep(uploads: readonly Upload[]): Promise<void> {
    for (const upload of uploads) this.#kept.set(upload, upload.sha256);
    await this.#try(() => this.#store.keep(uploads.map((upload) => this.#recordOf(upload))));
    this.#toCopy.push(...uploads.filter(({ size }) => size <= FORM_LIMIT));
    await this.#copy();
  }

  /** Follows a change of an upload: what has ended is not kept any more. */
  async follow(upload: Upload): Promise<void> {
    const { state, sha256, id } = upload;
    if (['done', 'failed', 'cancelled'].includes(state)) {
      if (!this.#kept.delete(upload)) return;
      this.#safe.delete(upload);
      await this.#try(() => this.#store.remove([id]));
      this.isFull = false;
    } else if (!this.#kept.has(upload)) await this.keep([upload]);
    else if (this.#kept.get(upload) !== sha256) {
      this.#kept.set(upload, sha256);
      await this.#try(() => this.#store.keep([this.#recordOf(upload)]));
    }
  }

  /** Takes over the uploads of this person's closed pages, and hands them to `onLeft` page by page. */
  async takeOver(onLeft: (left: LeftUpload[]) => Upload[]): Promise<void> {
    const pages = await this.#store.pages().catch(() => []);
    await Promise.all(
      pages.map(async (from) => {
        if (!(await isClosed(from))) return;
        const taken = await this.#store.handOver(from, { page: thisPage, person: this.#person });
        for (const upload of onLeft(taken.map(leftOf))) {
          this.#kept.set(upload, upload.sha256);
          if (upload.file) this.#safe.add(upload);
        }
      }),
    );
  }

  async clear(): Promise<void> {
    this.#toCopy.length = 0;
    this.#kept.clear();
    this.#safe.clear();
    await this.#try(() => this.#store.clear());
  }

  /** Copies one file after the other. Uploads that end before their turn need no copy. */
  async #copy(): Promise<void> {
    if (this.#isCopying) return;
    this.#isCopying = true;
    for (let upload = this.#toCopy.shift(); upload; upload = this.#toCopy.shift()) {
      const { id, file } = upload;
      if (!file || !this.#kept.has(upload) || this.isFull) continue;
      if (await this.#try(() => this.#store.keepFile(id, file))) this.#safe.add(upload);
    }
    this.#isCopying = false;
  }

  /** A browser that is full, or keeps nothing, sends files all the same. */
  async #try(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch {
      this.isFull = true;
      return false;
    }
  }

  #recordOf({ id, name, size, caption, alt, sha256 }: Upload): KeptUpload {
    return { id, page: thisPage, person: this.#person, name, size, caption, alt, sha256, keptAt: Date.now() };
  }
}

const leftOf = ({ upload: { id, name, size, caption, alt, sha256 }, file }: Taken): LeftUpload => ({
  id,
  name,
  size,
  caption,
  alt,
  sha256,
  file,
});
