export type Place = 'timeline' | 'trash' | 'nowhere';

/** A photo that has been acknowledged. Where a request was cut off, either outcome may be true. */
export interface PromisedPhoto {
  id: string;
  sha256: string;
  captions: Set<string>;
  places: Set<Place>;
  /** When it was posted, ISO 8601; unknown until it has been seen. */
  postedAt?: string;
  /** Whether it has ever been in the trash, or may have been. */
  moved: boolean;
  /** Whether a request about it is under way: each photo has one at a time. */
  busy: boolean;
}

/** An upload that was begun. Without an answer it may have become a photo or not. */
export interface BegunUpload {
  key: string;
  caption: string;
  file: { bytes: Buffer; sha256: string };
  /** The photo that it turned out to be, though no answer came. */
  found?: string;
  /** Whether a request with this key is under way. */
  busy: boolean;
}

/** Everything that the service has promised one user, and everything that is in doubt. */
export class Promises {
  readonly photos = new Map<string, PromisedPhoto>();
  /** By idempotency key. */
  readonly doubtful = new Map<string, BegunUpload>();
  readonly tally = { uploads: 0, retriedUploads: 0, edits: 0, trashings: 0, restorings: 0, erasures: 0 };

  /** An upload was answered with this photo. */
  keep(upload: BegunUpload, id: string) {
    this.doubtful.delete(upload.key);
    const { sha256 } = upload.file;
    this.photos.set(id, {
      id,
      sha256,
      captions: new Set([upload.caption]),
      places: new Set(['timeline']),
      moved: false,
      busy: false,
    });
    this.tally.uploads++;
  }

  /** When the photos were posted that have always been in the timeline; of those since then, a summary is owed. */
  postedAndNeverMoved(since: number): string[] {
    const posted = [...this.photos.values()].flatMap(({ moved, postedAt }) => (moved || !postedAt ? [] : [postedAt]));
    return posted.filter((postedAt) => Date.parse(postedAt) >= since);
  }

  /** Photos that are certainly there, and that no request is changing. */
  idle(place: Place): PromisedPhoto[] {
    return [...this.photos.values()].filter(({ busy, places }) => !busy && places.size === 1 && places.has(place));
  }
}

/** Runs a request that replaces a value: until it is answered, the old and the new one are both possible. */
export async function replacing<T>(values: Set<T>, value: T, request: () => Promise<unknown>): Promise<void> {
  values.add(value);
  await request();
  values.clear();
  values.add(value);
}
