import type { Album } from '../../albums/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { albumCard, titleField } from '../parts/albums.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';

interface AlbumsPage {
  handle: string;
  albums: readonly Album[];
  /** Cursors of the next page and of the page before. */
  next: string | null;
  prev: string | null;
  /** Ids of the photos for which an album is to be chosen. Empty: the page just shows the albums. */
  chosen: readonly string[];
  /** Open invitations to albums of other people. */
  invitations: number;
  /** What an act has done. */
  said?: string | undefined;
}

/** Renders the list of albums, or the choice of an album for some photos. */
export function renderAlbums({ handle, albums, next, prev, chosen, invitations, said }: AlbumsPage): string {
  const isChoice = chosen.length > 0;
  const photos = chosen.length === 1 ? '1 photo' : `${chosen.length} photos`;
  const path = isChoice ? `/albums?photos=${chosen.join('.')}` : '/albums';
  return renderPage({
    title: isChoice ? 'Add to an album' : 'Albums',
    signedIn: handle,
    current: '/albums',
    main: html`<h1>${isChoice ? `Add ${photos} to an album` : 'Albums'}</h1>
      ${!isChoice && invitations > 0 && invited(invitations)}
      ${said !== undefined && html`<p class="notice" role="status">${said}</p>`} ${newAlbum(chosen)}
      ${
        albums.length > 0
          ? html`<ul class="albums">
              ${albums.map((album) => albumCard(album, isChoice ? addForm(album, chosen) : undefined))}
            </ul>`
          : html`<p class="empty">No albums yet.</p>`
      }
      ${pagingLinks(path, { next, prev }, 'albums')}`,
  });
}

const invited = (count: number): Content =>
  html`<p class="notice">
    <a href="/invitations">${count === 1 ? 'An invitation' : `${count} invitations`} to albums of other people</a>
  </p>`;

const hidden = (photos: readonly string[]) =>
  photos.map((id) => html`<input type="hidden" name="photo" value="${id}" />`);

const newAlbum = (chosen: readonly string[]): Content =>
  html`<form class="signin narrow" method="post" action="/albums">
    ${titleField()} ${hidden(chosen)}
    <button>${chosen.length > 0 ? 'Make an album with them' : 'Make an album'}</button>
  </form>`;

const addForm = ({ id, title }: Album, chosen: readonly string[]): Content =>
  html`<form method="post" action="/albums/${id}">
    ${hidden(chosen)}
    <button class="quiet" name="act" value="add" aria-label="Add to ${title}">Add here</button>
  </form>`;
