import type { Attempt } from '../../background/attempt.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { PhotoVariants } from '../photos/photo-variants.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { unsubscribeUrl, type Subscription } from '../../signing/unsubscribe-token.ts';
import { LISTED, type Composition, type Frame } from './compose-mail.ts';
import type { AddressOf } from './mail-address.ts';
import type { Posted } from './read-posted.ts';
import { sendOnce, type SendDeps, type SendOutcome } from './send-once.ts';

export interface PhotoMailDeps extends SendDeps {
  store: Store;
  photoVariants: PhotoVariants;
  signingKeys: SigningKeys;
  addressOf: AddressOf;
}

/** One mail about photos, which its reader gets once, also when the job is repeated. */
export interface PhotoMail {
  user: UserId;
  /** What it is about: `day-2026-11-20`. */
  name: string;
  /** Which of the user's wishes it follows. */
  subscription: Subscription;
  posted: Posted;
  compose(frame: Frame): Composition;
}

/** Why a user gets no mail: no subscription, or no address. */
export type NoReader = 'not-asked-for' | 'no-address';

/** Undefined for a user who wants these mails and can be reached. */
export function whyNot(deps: PhotoMailDeps, user: User, subscription: Subscription): NoReader | undefined {
  if (!user.mail[subscription]) return 'not-asked-for';
  return deps.addressOf(user) === undefined ? 'no-address' : undefined;
}

/** Puts a mail together and sends it, unless it has been sent before. Throws what asks for another try. */
export async function sendPhotoMail(
  deps: PhotoMailDeps,
  letter: PhotoMail,
  attempt: Attempt,
): Promise<SendOutcome | NoReader> {
  const { user, name, subscription, posted, compose } = letter;
  const refusal = whyNot(deps, posted.user, subscription);
  if (refusal) return refusal;
  const frame = {
    publicUrl: deps.publicUrl,
    unsubscribeUrl: unsubscribeUrl(deps, { user, subscription }),
    thumbs: await thumbsOf(deps.photoVariants, posted.photos),
  };
  const to = deps.addressOf(posted.user) ?? '';
  return sendOnce(deps, { ...compose(frame), user, name, to, unsubscribeUrl: frame.unsubscribeUrl }, attempt);
}

/** The thumbnails of the photos that a mail lists, made now where need be. Those that cannot have any go without. */
async function thumbsOf(photoVariants: PhotoVariants, photos: readonly Photo[]): Promise<Map<PhotoId, Buffer>> {
  const listed = photos.slice(0, LISTED).filter(({ state }) => state !== 'failed');
  const thumbOf = async (photo: Photo) =>
    (await photoVariants.find(photo, 'thumb', ['jpeg'])) ?? (await photoVariants.make(photo, 'thumb', 'jpeg'));
  return new Map(await Promise.all(listed.map(async (photo) => [photo.id, (await thumbOf(photo)).bytes] as const)));
}
