import type { Photo, SharedPhoto } from '../../src/features/photos/schemas.ts';

const variant = (size: string, width: number, height: number) => ({
  url: `/v1/photos/a0000000000000/image/${size}?t=t`,
  cacheKey: `a0000000000000-2-${size}`,
  width,
  height,
  type: 'image/jpeg',
});

/** A photo as the API shows it: landscape, taken on a summer morning, without text. */
export const shownPhoto = (changes: Partial<Photo> = {}): Photo => ({
  id: 'a0000000000000',
  owner: 'ana',
  caption: '',
  alt: '',
  takenAt: { local: '2019-07-01T10:00:00.12', offset: null, utc: null, source: 'exif', precision: 'second' },
  postedAt: '2026-11-20T18:00:00.000Z',
  width: 4032,
  height: 3024,
  rotation: 0,
  bytes: 3_145_728,
  type: 'image/jpeg',
  sha256: '0'.repeat(64),
  fileName: 'DSC_0665.jpg',
  camera: { make: null, model: null, lens: null },
  location: null,
  place: null,
  placeholder: null,
  color: '#8a7f70',
  favourite: false,
  archived: false,
  rating: null,
  tags: [],
  albums: [],
  state: 'ready',
  processing: { attempts: 1, lastError: null, nextAttemptAt: null },
  trashedAt: null,
  deletesAt: null,
  variants: {
    thumb: variant('thumb', 256, 192),
    small: variant('small', 640, 480),
    medium: variant('medium', 1280, 960),
    large: variant('large', 2048, 1536),
  },
  original: { url: '/v1/photos/a0000000000000/image/original?t=t', type: 'image/jpeg', bytes: 3_145_728 },
  revision: 1,
  ...changes,
});

/** The same photo as strangers get it. */
export function sharedPhoto(changes: Partial<SharedPhoto> = {}): SharedPhoto {
  const { id, owner, caption, alt, takenAt, postedAt, width, height, type, ...rest } = shownPhoto();
  const { placeholder, color, state, variants } = rest;
  const texts = { id, owner, caption, alt, takenAt, postedAt, width, height, type };
  return { ...texts, placeholder, color, state, variants, ...changes };
}
