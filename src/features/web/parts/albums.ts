import { TITLE_LIMIT, type Album } from '../../albums/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeDay } from './dates.ts';

/** Renders one album of a list, and below it what can be done with it. */
export const albumCard = (album: Album, acts?: Content) =>
  html`<li>
    <a href="/albums/${album.id}">
      <span class="cover"
        >${album.coverUrls && html`<img src="${album.coverUrls.small}" alt="" loading="lazy" decoding="async" />`}</span
      >
      <strong dir="auto">${album.title}</strong>
      <small>${writeContents(album)}${writePeople(album)}</small>
    </a>
    ${acts}
  </li>`;

/** Writes `12 photos, Mon, 1 Jul 2019 to Sun, 14 Jul 2019`. */
export function writeContents({ count, from, to }: Pick<Album, 'count' | 'from' | 'to'>): string {
  if (count === 0 || from === null || to === null) return 'No photos';
  const days = from === to ? writeDay(from) : `${writeDay(from)} to ${writeDay(to)}`;
  return `${count === 1 ? '1 photo' : `${count} photos`}, ${days}`;
}

/** Writes with whom an album is shared, or by whom: `, shared by Ana`. Empty for an album of one person. */
export function writePeople({ owner, members }: Pick<Album, 'owner' | 'members'>): string {
  if (owner) return `, shared by ${owner.displayName || owner.handle}`;
  if (members === 0) return '';
  return members === 1 ? ', shared with 1 person' : `, shared with ${members} people`;
}

/** Renders the field for the name of an album. */
export const titleField = (title = '') =>
  html`<label class="field"
    >Name <input name="title" value="${title}" maxlength="${TITLE_LIMIT}" required dir="auto"
  /></label>`;
