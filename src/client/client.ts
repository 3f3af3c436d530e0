import type { ListedPhoto, Photo } from './api-types.ts';
import { sendOperation, type CallArguments, type OperationName, type ReplyOf } from './calls.ts';
import { pagesOf, type ItemOf, type ListName } from './paging.ts';
import { Pictures, type Picture, type PictureOptions, type PictureSize } from './pictures.ts';
import {
  followLibrary,
  syncCopy,
  type FollowOptions,
  type LibraryCopy,
  type SyncOptions,
  type SyncResult,
} from './sync.ts';
import { Transport, type HttpReply, type TransportOptions } from './transport.ts';
import {
  readyPhoto,
  uploadFile,
  uploadFiles,
  type NativeFile,
  type UploadAllOptions,
  type UploadFailure,
  type UploadOptions,
  type UploadResult,
} from './upload.ts';

export interface ClientOptions extends TransportOptions {
  /** Milliseconds since the Unix epoch; the clock of the platform, unless given. */
  now?: (() => number) | undefined;
}

export interface TimelineFilter {
  /** `taken` unless given. */
  order?: 'taken' | 'posted' | undefined;
  /** Begins at the newest photo that is not after this year, month or day, as in `2019-07`. */
  from?: string | undefined;
  favourite?: boolean | undefined;
  archived?: boolean | undefined;
  /** Photos on a page, 50 unless given, 200 at the most. */
  limit?: number | undefined;
  /** Continues a list from a cursor that an earlier page had. */
  cursor?: string | undefined;
  /** `all`: photos with place, camera, file name and albums. */
  fields?: 'all' | undefined;
  signal?: AbortSignal | undefined;
}

/** The API of a photo timeline for one user. Every method may throw a PhotoTimelineError. */
export class PhotoTimelineClient {
  readonly #transport: Transport;
  readonly #pictures: Pictures;

  constructor({ now = Date.now, ...options }: ClientOptions) {
    this.#transport = new Transport(options);
    this.#pictures = new Pictures(this.#transport, now);
  }

  /** Calls any operation of the OpenAPI document, such as `get /v1/albums`. Returns the body of its reply. */
  async call<Name extends OperationName>(name: Name, ...input: CallArguments<Name>): Promise<ReplyOf<Name>> {
    return (await this.send(name, ...input)).body;
  }

  /** The same, with status and headers: for an `ETag`, or a 304, which has no body. */
  send<Name extends OperationName>(name: Name, ...input: CallArguments<Name>): Promise<HttpReply<ReplyOf<Name>>> {
    return sendOperation(this.#transport, name, ...input);
  }

  /** The pages of any list, such as `get /v1/albums/{id}/photos`. Each is read when it is asked for. */
  pages<Name extends ListName>(name: Name, ...input: CallArguments<Name>): AsyncGenerator<ReplyOf<Name>, void> {
    return pagesOf((list, given) => this.call(list, ...([given] as CallArguments<typeof list>)), name, ...input);
  }

  /** The items of any list. Stop when you have enough: the next page is read when it is needed. */
  async *items<Name extends ListName>(name: Name, ...input: CallArguments<Name>): AsyncGenerator<ItemOf<Name>, void> {
    for await (const page of this.pages(name, ...input)) yield* page.items;
  }

  /** All photos of the timeline, the newest first. */
  timeline(filter: TimelineFilter = {}): AsyncGenerator<ListedPhoto, void> {
    return this.items('get /v1/timeline', timelineInput(filter));
  }

  /** The same by pages: `next` and `prev` of a page are cursors for later. */
  timelinePages(filter: TimelineFilter = {}): AsyncGenerator<ReplyOf<'get /v1/timeline'>, void> {
    return this.pages('get /v1/timeline', timelineInput(filter));
  }

  /** Uploads one file: a small one by a form, a large one by a session, which continues where a line broke. */
  upload(file: Blob | NativeFile, options?: UploadOptions): Promise<UploadResult> {
    return uploadFile(this.#transport, file, options);
  }

  /** Uploads several files, some at the same time. Returns a result for each, in their order. */
  uploadAll(
    files: readonly (Blob | NativeFile)[],
    options?: UploadAllOptions,
  ): Promise<(UploadResult | UploadFailure)[]> {
    return uploadFiles(this.#transport, files, options);
  }

  /** Waits until the smaller sizes of a photo exist, or cannot be made: `state` says which. */
  whenReady(id: string, signal?: AbortSignal): Promise<Photo> {
    return readyPhoto(this.#transport, id, signal);
  }

  /** Where a picture of a photo is loaded from. Reads the photo again if its addresses may have ended. */
  picture(photo: ListedPhoto, size: PictureSize, options?: PictureOptions): Promise<Picture> {
    return this.#pictures.pictureOf(photo, size, options);
  }

  /** Brings a copy of the library up to date: the whole library at first, later what has changed. */
  sync(copy: LibraryCopy, options?: SyncOptions): Promise<SyncResult> {
    return syncCopy(this.#transport, copy, options);
  }

  /** Keeps a copy up to date until the signal aborts. Yields what each round has changed. */
  follow(copy: LibraryCopy, options?: FollowOptions): AsyncGenerator<SyncResult, void> {
    return followLibrary(this.#transport, copy, options);
  }
}

const timelineInput = ({ signal, favourite, archived, ...query }: TimelineFilter) => ({
  query: { ...query, favourite: flag(favourite), archived: flag(archived) },
  signal,
});

const flag = (value: boolean | undefined) =>
  value === undefined ? undefined : value ? ('true' as const) : ('false' as const);
