import { composeMail, countOf, type Composition, type Frame } from './compose-mail.ts';
import { photoLine } from './photo-line.ts';
import type { Posted } from './read-posted.ts';

/** The mail about photos that were posted just now. There is at least one. */
export function composePosts(posted: Posted, frame: Frame): Composition {
  const { user, photos } = posted;
  const [newest] = photos;
  const alone = photos.length === 1 && newest;
  const subject = alone ? `New photo: ${photoLine(newest, frame.publicUrl).title}` : `${countOf(posted)} posted`;
  const what = alone ? 'this photo is' : `these ${countOf(posted)} are`;
  return composeMail(posted, { subject, greeting: `Hello ${user.handle}, ${what} in your timeline now.` }, frame);
}
