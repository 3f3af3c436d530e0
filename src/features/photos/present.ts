import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import { TRASH_LIFE_MS, type Photo as StoredPhoto, type TakenAt } from '../../data/model/records.ts';
import { fitWithin, type VariantSize } from '../../pictures/variants/sizes.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { mediaWindow, signMediaTokens } from '../../signing/media-token.ts';
import type { Current } from './precondition.ts';
import type { ListedPhoto, Photo, SharedPhoto } from './schemas.ts';
import { cacheKeyOf } from './recipe.ts';
import { shownSizeOf } from './variant-source.ts';

export interface PresentDeps {
  clock: Clock;
  signingKeys: SigningKeys;
  /** How the URLs of pictures begin: the public address of the service, or empty for relative ones. */
  linkBase: string;
}

/** Turns stored photos of one user into what the API shows their owner. One MAC a photo signs all its URLs. */
export function createPresenter(deps: PresentDeps, user: UserId, owner: string): (photo: StoredPhoto) => Photo {
  const presentListed = createListPresenter(deps, user, owner);
  return (photo) => ({
    ...presentListed(photo),
    fileName: photo.fileName,
    camera: photo.camera,
    location: photo.location,
    processing: shownProcessing(photo),
  });
}

/** Turns stored photos of one user into items of the owner's lists. With `fields` they are as whole as single photos. */
export function createListPresenter(
  deps: PresentDeps,
  user: UserId,
  owner: string,
  fields?: 'all',
): (photo: StoredPhoto) => ListedPhoto {
  if (fields === 'all') return createPresenter(deps, user, owner);
  const expiresAt = mediaWindow(deps.clock, user);
  return (photo) => {
    const tokens = signMediaTokens(deps, { user, photo: photo.id, expiresAt });
    return {
      id: photo.id,
      owner,
      caption: photo.caption,
      alt: photo.alt,
      takenAt: shownTime(photo.takenAt),
      postedAt: instant(photo.postedAt),
      width: photo.width,
      height: photo.height,
      bytes: photo.bytes,
      type: photo.type,
      sha256: photo.sha256,
      placeholder: photo.placeholder,
      color: photo.color,
      favourite: photo.favourite,
      archived: photo.archived,
      state: photo.state,
      ...(photo.state !== 'ready' && { processing: shownProcessing(photo) }),
      trashedAt: instantOrNull(photo.trashedAt),
      deletesAt: instantOrNull(photo.trashedAt === null ? null : photo.trashedAt + TRASH_LIFE_MS),
      variants: shownVariants(deps, photo, tokens.variants),
      original: { url: mediaUrl(deps, photo, 'original', tokens.original), type: photo.type, bytes: photo.bytes },
      revision: photo.revision,
    };
  };
}

/**
 * Turns stored photos of one user into what all others get. This is the only maker of a `SharedPhoto`, and it names
 * each field that strangers get. A field that is added to photos stays with their owner until it is named here.
 */
export function createStrangersPresenter(
  deps: PresentDeps,
  user: UserId,
  owner: string,
): (photo: StoredPhoto) => SharedPhoto {
  const expiresAt = mediaWindow(deps.clock, user);
  return (photo) => {
    const tokens = signMediaTokens(deps, { user, photo: photo.id, expiresAt });
    return {
      id: photo.id,
      owner,
      caption: photo.caption,
      alt: photo.alt,
      takenAt: shownTime(photo.takenAt),
      postedAt: instant(photo.postedAt),
      width: photo.width,
      height: photo.height,
      type: photo.type,
      placeholder: photo.placeholder,
      color: photo.color,
      state: photo.state,
      variants: shownVariants(deps, photo, tokens.variants),
    };
  };
}

/** Strong validator of one photo: revision first, for `If-Match`; then all else that its reply depends on. */
export const photoTag = ({ clock }: PresentDeps, photo: StoredPhoto): string =>
  `${photo.revision}.${photo.changed.toString(36)}.${mediaWindow(clock, photo.user).toString(36)}`;

/** How a failed precondition shows a photo of this user. */
export const currentOf = (deps: PresentDeps, user: UserId, owner: string): Current => ({
  present: createPresenter(deps, user, owner),
  tagOf: (photo) => photoTag(deps, photo),
});

/** The smaller sizes with URLs that one token opens; it opens nothing else. */
function shownVariants(deps: PresentDeps, photo: StoredPhoto, token: string) {
  const shown = shownSizeOf(photo);
  const variant = (size: VariantSize) => ({
    url: mediaUrl(deps, photo, size, token),
    cacheKey: cacheKeyOf(photo, size),
    ...fitWithin(shown.width, shown.height, size),
    type: 'image/jpeg',
  });
  return { thumb: variant('thumb'), small: variant('small'), medium: variant('medium'), large: variant('large') };
}

const mediaUrl = ({ linkBase }: PresentDeps, { id }: StoredPhoto, size: VariantSize | 'original', token: string) =>
  `${linkBase}/v1/photos/${id}/image/${size}?t=${token}`;

const shownTime = ({ local, offset, utc, source, precision }: TakenAt) => ({
  local,
  offset,
  utc,
  source,
  precision,
});

const shownProcessing = ({ processing }: StoredPhoto) => ({
  ...processing,
  nextAttemptAt: instantOrNull(processing.nextAttemptAt),
});

/** Milliseconds since the Unix epoch in RFC 3339. */
const instant = (ms: number) => new Date(ms).toISOString();
const instantOrNull = (ms: number | null) => (ms === null ? null : instant(ms));
