import type { JobRef } from '../model/job-ref.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../model/records.ts';

/** What is posted within this time of the first photo goes into the same mail, in milliseconds. */
export const POSTS_WINDOW = 5 * 60_000;

/** Mails what a user posted in one such window, once it is over. */
export const sendPostsRef: JobRef<{ user: UserId; from: number }> = { name: 'send-posts' };

/** Whether a photo that is posted now goes into a mail that has not been asked for yet. */
export function opensPostsWindow({ mail, postsMailFrom }: User, now: number): boolean {
  if (!mail.posts || postsMailFrom === null) return mail.posts;
  // A window that has not begun yet was opened by a clock that was ahead.
  return now < postsMailFrom || now >= postsMailFrom + POSTS_WINDOW;
}
