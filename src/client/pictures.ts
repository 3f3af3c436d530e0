import type { ListedPhoto, Operations, Photo } from './api-types.ts';
import { sendOperation } from './calls.ts';
import type { Transport } from './transport.ts';

export type PictureSize = keyof Photo['variants'] | 'original';

export interface PictureOptions {
  /** The format, instead of the best that the client of the address accepts. Originals have their own alone. */
  format?: NonNullable<Operations['get /v1/photos/{id}/image/{size}']['query']['format']> | undefined;
  /** When the photo came from the service, if it has been stored since. In milliseconds since the Unix epoch. */
  readAtMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A picture as an `<img>`, or a view of a phone, loads it. */
export interface Picture {
  /** The whole address. It needs no headers. */
  url: string;
  /** The key of a picture cache: it stays the same when the address changes. */
  cacheKey: string;
  width: number;
  height: number;
}

interface Read {
  photo: ListedPhoto;
  atMs: number;
}

/** How long before its end an address is not given out any more: a page shows pictures for some time. */
const MARGIN_MS = 10 * 60_000;

/** Gives addresses of pictures that work for minutes at least. A photo whose addresses may have ended is read again. */
export class Pictures {
  readonly #transport: Transport;
  readonly #now: () => number;
  /** By the photo that the caller has. */
  readonly #reads = new WeakMap<ListedPhoto, Read>();
  #lifeMs: Promise<number> | undefined;

  constructor(transport: Transport, now: () => number) {
    this.#transport = transport;
    this.#now = now;
  }

  async pictureOf(photo: ListedPhoto, size: PictureSize, options: PictureOptions = {}): Promise<Picture> {
    const current = await this.#current(photo, options);
    const { url } = size === 'original' ? current.original : current.variants[size];
    // A signed address has a query already.
    const query = options.format === undefined ? '' : `&format=${options.format}`;
    const { width, height } = size === 'original' ? current : current.variants[size];
    const cacheKey = size === 'original' ? current.sha256 : current.variants[size].cacheKey;
    return { url: this.#transport.addressOf(url + query), cacheKey: cacheKey + query, width, height };
  }

  async #current(photo: ListedPhoto, { readAtMs, signal }: PictureOptions): Promise<ListedPhoto> {
    const known = this.#reads.get(photo) ?? { photo, atMs: readAtMs ?? this.#now() };
    this.#reads.set(photo, known);
    this.#lifeMs ??= this.#readLife().catch((error: unknown) => {
      this.#lifeMs = undefined;
      throw error;
    });
    if (this.#now() < known.atMs + (await this.#lifeMs) - MARGIN_MS) return known.photo;
    const { body } = await sendOperation(this.#transport, 'get /v1/photos/{id}', { path: { id: photo.id }, signal });
    this.#reads.set(photo, { photo: body, atMs: this.#now() });
    return body;
  }

  /** Later calls wait for the same request, so no caller's signal ends it. */
  async #readLife(): Promise<number> {
    const { body } = await sendOperation(this.#transport, 'get /v1/limits');
    return body.imageUrlSeconds.atLeast * 1000;
  }
}
