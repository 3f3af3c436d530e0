import type { JobRef } from '../../data/model/job-ref.ts';
import type { UserId } from '../../runtime/ids.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import type { User } from '../../data/model/records.ts';
import type { Change } from '../../data/rules/change.ts';

/** Photos that are posted within this time of the first one go into the same mail, in milliseconds. */
export const POSTS_WINDOW_MS = 5 * 60_000;

/** Mails what a user posted in one such window, once it is over. */
export const sendPostsRef: JobRef<{ user: UserId; from: number }> = { name: 'send-posts' };

/** Has a photo that was just added mailed, with those that follow it soon, if its owner has asked for such mails. */
export async function mailNewPosts({ userId, now, account, entities, outbox }: Change): Promise<void> {
  const user = await account.read();
  if (!opensPostsWindow(user, now)) return;
  entities.write(userRef, { ...user, postsMailFrom: now });
  outbox.enqueue(sendPostsRef, { user: userId, from: now }, now + POSTS_WINDOW_MS);
}

/** Whether a photo that is posted now goes into a mail that has not been enqueued yet. */
function opensPostsWindow({ mail, postsMailFrom }: User, now: number): boolean {
  if (!mail.posts || postsMailFrom === null) return mail.posts;
  // A window that has not begun yet was opened by a clock that was ahead.
  return now < postsMailFrom || now >= postsMailFrom + POSTS_WINDOW_MS;
}
