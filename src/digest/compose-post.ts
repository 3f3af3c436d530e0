import type { Photo, User } from '../library/shapes.ts';
import type { Composition } from './compose-summary.ts';
import { escapeHtml, link, mailPage } from './mail-page.ts';
import { asText, photoLine } from './photo-line.ts';

/** The mail about one photo that was posted. */
export function composePost(user: User, photo: Photo, publicUrl: string): Composition {
  const line = photoLine(photo, publicUrl);
  const greeting = `Hello ${user.handle}, this photo is in your timeline now.`;
  return {
    subject: `New photo: ${line.title}`,
    text: [greeting, asText(line)].join('\n\n'),
    html: mailPage({
      title: line.title,
      content: `<p>${escapeHtml(greeting)}</p>\n<p>${link(line.url, line.title)}, ${escapeHtml(line.taken)}</p>`,
    }),
  };
}
