import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Album, Photo, PhotoTimelineClient } from '../../client/index.ts';
import { TakeoutFault } from './explain.ts';

/** A photo as the manifest has it. */
export type ExportedPhoto = Pick<
  Photo,
  | 'id'
  | 'sha256'
  | 'bytes'
  | 'type'
  | 'fileName'
  | 'takenAt'
  | 'caption'
  | 'alt'
  | 'tags'
  | 'rating'
  | 'location'
  | 'place'
  | 'albums'
  | 'original'
> & {
  /** Places in albums that are ordered by hand. */
  ranks?: Record<string, string>;
};

export type ExportedAlbum = Pick<Album, 'id' | 'title' | 'order'>;

/** One page of the manifest. */
export interface ManifestPage {
  /** The account that the first page names. */
  account: string | undefined;
  photos: ExportedPhoto[];
  albums: ExportedAlbum[];
  gonePhotos: string[];
  goneAlbums: string[];
  /** Begins the next page, or a later run. */
  token: string;
  more: boolean;
  /** The lines as they came, without the last one. */
  text: string;
}

interface Line {
  kind: string;
  type?: 'upsert' | 'delete';
  id?: string;
  photo?: ExportedPhoto;
  album?: ExportedAlbum;
  account?: { id: string };
  token?: string;
  more?: boolean;
}

/** Reads one page. Kinds that are not known here are kept in `text` alone. */
export async function readManifestPage(client: PhotoTimelineClient, token: string | undefined): Promise<ManifestPage> {
  const reply: unknown = await client.call('get /v1/export', { query: { token } });
  const all = reply instanceof Blob ? await reply.text() : '';
  const lines = all.split('\n').filter(Boolean).map(parsedLine);
  const end = lines.at(-1);
  if (end?.kind !== 'end' || !end.token) throw noManifest();
  const gone = (kind: string) =>
    lines.flatMap((line) => (line.kind === kind && line.type === 'delete' && line.id ? [line.id] : []));
  return {
    account: lines.find(({ kind }) => kind === 'account')?.account?.id,
    photos: lines.flatMap(({ kind, photo }) => (kind === 'photo' && photo ? [sound(photo)] : [])),
    albums: lines.flatMap(({ kind, album }) => (kind === 'album' && album ? [album] : [])),
    gonePhotos: gone('photo'),
    goneAlbums: gone('album'),
    token: end.token,
    more: end.more === true,
    text: all.slice(0, all.trimEnd().lastIndexOf('\n') + 1),
  };
}

function parsedLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw noManifest();
  }
}

/** Paths are made of these two: no server may choose a path outside the folder. */
function sound(photo: ExportedPhoto): ExportedPhoto {
  const { id, takenAt } = photo;
  if (/^[\w-]{1,64}$/.test(id) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(takenAt.local)) return photo;
  throw noManifest();
}

const noManifest = () =>
  new TakeoutFault(
    'The service has sent a manifest that ends early or is none. Check --url, then run the command again.',
  );

/** `manifest.ndjson` of the folder. */
export class ManifestFile {
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens it, and cuts off what a run that was killed has written behind its last whole page. */
  static async open(folder: string, bytes: number): Promise<ManifestFile> {
    const file = await open(join(folder, 'manifest.ndjson'), 'a+');
    if ((await file.stat()).size > bytes) await file.truncate(bytes);
    return new ManifestFile(file, bytes);
  }

  /** Writes the lines of a page. Returns the size of the file, which counts once the state has it. */
  async append(text: string): Promise<number> {
    await this.#file.appendFile(text);
    await this.#file.sync();
    this.#bytes += Buffer.byteLength(text);
    return this.#bytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
