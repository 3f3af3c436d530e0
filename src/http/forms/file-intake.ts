import type { Readable } from 'node:stream';

/** What is known of a file before its bytes. */
export interface FileHead {
  /** The form field it came in. */
  field: string;
  /** Its name on the client, cleaned. May be empty. */
  name: string;
  /** What the client says it is; proves nothing. */
  type: string;
  /** The text fields that stood before it in the form. */
  fields: Readonly<Record<string, string>>;
  /** The most bytes that it can have, where the request has announced its length. */
  maxBytes: number | undefined;
}

/** Where the files of a form go while they arrive. */
export interface FileSink<T> {
  /** Keeps the bytes of `stream`. When `signal` is aborted the stream fails, and this must reject soon after. */
  store(file: FileHead, stream: Readable, signal: AbortSignal): Promise<T>;
  /** Removes what `store` has kept, because the form has failed. If it rejects, nobody asks again. */
  discard(stored: T): Promise<void>;
}

export interface StoredFile<T> {
  field: string;
  name: string;
  type: string;
  stored: T;
}

/** The files of one form: all of them are kept in the end, or none. */
export class FileIntake<T> {
  readonly #sink: FileSink<T>;
  readonly #abort = new AbortController();
  readonly #files: Promise<StoredFile<T>>[] = [];

  constructor(sink: FileSink<T>) {
    this.#sink = sink;
  }

  /** Starts to store a file. Settles when the sink has. */
  take(head: FileHead, stream: Readable): Promise<StoredFile<T>> {
    const stored = this.#store(head, stream);
    this.#files.push(stored);
    return stored;
  }

  /** All files, in the order of the form, once they are stored. */
  async all(): Promise<StoredFile<T>[]> {
    return Promise.all(this.#files);
  }

  /** Breaks off what is being stored. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  /** Resolves when nothing is left of any file. */
  async discard(reason: Error): Promise<void> {
    this.abort(reason);
    const settled = await Promise.allSettled(this.#files);
    const stored = settled.filter((file) => file.status === 'fulfilled').map((file) => file.value.stored);
    await Promise.allSettled(stored.map((file) => this.#sink.discard(file)));
  }

  async #store(file: FileHead, stream: Readable): Promise<StoredFile<T>> {
    const { signal } = this.#abort;
    const stop = () => stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const { field, name, type } = file;
      return { field, name, type, stored: await this.#sink.store(file, stream, signal) };
    } finally {
      signal.removeEventListener('abort', stop);
      // The rest of the form comes after the rest of this file, whether the sink wants it or not.
      stream.resume();
    }
  }
}
