import type { Attempt } from '../../background/attempt.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
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

/** A mail about photos. Its reader gets it once, also if the job is repeated. */
interface PhotoMail {
  user: UserId;
  /** Names its subject: `day-2026-11-20`. */
  name: string;
  /** The subscription of the user that it belongs to. */
  subscription: Subscription;
  posted: Posted;
  /** Photos that the mail shows besides. */
  further?: readonly Photo[] | undefined;
  compose(frame: Frame): Composition;
}

/** Why a user gets no mail. */
type NoReader = 'account-suspended' | 'not-asked-for' | 'no-address';

/** Returns why a user gets no mail, or undefined if the user has this subscription and an address. */
export function whyNot(deps: PhotoMailDeps, user: User, subscription: Subscription): NoReader | undefined {
  if (isSuspended(user)) return 'account-suspended';
  if (!user.mail[subscription]) return 'not-asked-for';
  return deps.addressOf(user) === undefined ? 'no-address' : undefined;
}

/**
 * Composes a mail and sends it, unless it has been sent before.
 * @throws Error that asks the queue for another attempt
 */
export async function sendPhotoMail(
  deps: PhotoMailDeps,
  mail: PhotoMail,
  attempt: Attempt,
): Promise<SendOutcome | NoReader> {
  const { user, name, subscription, posted, further = [], compose } = mail;
  const refusal = whyNot(deps, posted.user, subscription);
  if (refusal) return refusal;
  const frame = {
    publicUrl: deps.publicUrl,
    unsubscribeUrl: unsubscribeUrl(deps, { user, subscription }),
    thumbs: await thumbsOf(deps.photoVariants, [...posted.photos.slice(0, LISTED), ...further]),
  };
  const to = deps.addressOf(posted.user) ?? '';
  return sendOnce(deps, { ...compose(frame), user, name, to, unsubscribeUrl: frame.unsubscribeUrl }, attempt);
}

/** Finds or makes the thumbnails of the photos that a mail lists. Photos that cannot be decoded have none. */
async function thumbsOf(photoVariants: PhotoVariants, photos: readonly Photo[]): Promise<Map<PhotoId, Buffer>> {
  const listed = photos.filter(({ state }) => state !== 'failed');
  const thumbOf = async (photo: Photo) =>
    (await photoVariants.find(photo, 'thumb', ['jpeg'])) ?? (await photoVariants.make(photo, 'thumb', 'jpeg'));
  return new Map(await Promise.all(listed.map(async (photo) => [photo.id, (await thumbOf(photo)).bytes] as const)));
}
