import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { onTimeline } from '../../data/model/entity-kinds.ts';
import type { Store } from '../../data/read/store.ts';
import { PhotoIdParam } from '../photos/schemas.ts';
import { POSTS_WINDOW_MS, sendPostsRef } from './posts-window.ts';
import { readPosted, type Posted } from './read-posted.ts';
import { sendPhotoMail, type PhotoMailDeps } from './send-photo-mail.ts';
import { composeMail, countOf, type Composition, type Frame } from './compose-mail.ts';
import { photoLine } from './photo-line.ts';

/** The photos of the five minutes after `from`, or one photo. */
const Payload = z.union([
  z.strictObject({ user: UserIdText, from: z.int() }),
  z.strictObject({ user: UserIdText, photo: PhotoIdParam }),
]);

/** Mails a user about photos that were just posted. */
export const sendPosts = defineJob({
  ...sendPostsRef,
  payload: Payload,
  async run(deps: PhotoMailDeps, about, attempt) {
    const { user } = about;
    const posted = await ('photo' in about
      ? onePosted(deps.store, user, about.photo)
      : readPosted(deps.store, user, { from: about.from, to: about.from + POSTS_WINDOW_MS }));
    if (!posted?.photos.length) return 'nothing-to-do';
    const compose = composePosts.bind(undefined, posted);
    const name = 'photo' in about ? `post-${about.photo}` : `posts-${about.from}`;
    return sendPhotoMail(deps, { user, name, subscription: 'posts', posted, compose }, attempt);
  },
});

async function onePosted(store: Store, id: UserId, photoId: PhotoId): Promise<Posted | undefined> {
  const [user, photo] = await Promise.all([store.user(id), store.photo(id, photoId)]);
  return user && photo && onTimeline(photo) ? { user, photos: [photo], more: false } : undefined;
}

/** Composes the mail about photos that were just posted. There is at least one. */
export function composePosts(posted: Posted, frame: Frame): Composition {
  const { user, photos } = posted;
  const [newest] = photos;
  const alone = photos.length === 1 && newest;
  const subject = alone ? `New photo: ${photoLine(newest, frame.publicUrl).title}` : `${countOf(posted)} posted`;
  const what = alone ? 'this photo is' : `these ${countOf(posted)} are`;
  return composeMail(posted, { subject, greeting: `Hello ${user.handle}, ${what} in your timeline now.` }, frame);
}
