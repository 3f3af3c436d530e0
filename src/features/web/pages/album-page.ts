import type { Album, MemberPhoto } from '../../albums/schemas.ts';
import { CAPTION_LIMIT, type Photo } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { titleField, writeContents, writePeople } from '../parts/albums.ts';
import { renderPage } from '../parts/layout.ts';
import { albumList, photoHref } from '../parts/lists.ts';
import { noticeBox, type Notice } from '../parts/notices.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { SELECTION_FORM } from '../parts/selection.ts';

interface AlbumPage {
  handle: string;
  album: Album;
  photos: readonly (Photo | MemberPhoto)[];
  next: string | null;
  prev: string | null;
  /** The page of the album, as the address says it. */
  cursor?: string | undefined;
  /** With it each photo has a checkbox, which is chosen for `all`. */
  select?: 'all' | 'none' | undefined;
  outcome?: AlbumOutcome | undefined;
  notice?: Notice | undefined;
  /** The photo that the notice concerns. */
  noticed?: string | undefined;
}

/** What became of photos of an album, in the address of the page that follows. */
interface AlbumOutcome {
  did: AlbumDone;
  photos: readonly string[];
}

const DONE = {
  made: 'The album is made.',
  edited: 'Your changes are saved.',
  add: 'Added to this album.',
  'add-some': 'Some photos could not be added: they are in the trash, or in too many albums.',
  remove: 'Removed from this album. The photos are still in your timeline or archive.',
  cover: 'The album has a new cover.',
  first: 'Moved to the start.',
  last: 'Moved to the end.',
  none: 'No photo is selected. Choose photos first.',
  joined: 'You are in this album now.',
  copy: 'The photos are being added to your library. This takes a moment.',
  'copy-some': 'Your own photos are in your library already. The others are being added.',
  kept: 'Some photos belong to other people, and only they or the owner of the album remove them.',
};

export type AlbumDone = keyof typeof DONE;

export const ALBUM_DONE = Object.keys(DONE) as [AlbumDone, ...AlbumDone[]];

/** Renders one album with its photos. */
export function renderAlbum(page: AlbumPage): string {
  const { album, handle, photos, next, prev, select, outcome, notice, noticed } = page;
  const { id, title, description, order } = album;
  const list = albumList(id);
  const isOwner = album.role === 'owner';
  return renderPage({
    title,
    signedIn: handle,
    current: '/albums',
    main: html`<div class="listhead">
        <h1 dir="auto">${title}</h1>
        <nav class="listacts" aria-label="This album">
          ${photos.length > 0 && selectLinks(page)} <a href="/albums/${id}/people">People</a>
          ${isOwner && html`<a href="/shares?album=${id}">Share a link</a>`}
        </nav>
      </div>
      <p class="hint">${writeContents(album)}${writePeople(album)}</p>
      ${description !== '' && html`<p class="caption" dir="auto">${description}</p>`}
      ${noticeBox(notice, noticed, list)} ${outcome && outcomeBox(id, outcome)}
      ${
        photos.length > 0
          ? photoGrid(photos, {
              by: order,
              noteOf: (photo) => ('member' in photo ? photo.owner : undefined),
              hrefOf: (photo) => ('member' in photo ? photo.variants.large.url : photoHref(photo.id, list)),
              select: select && { isChosen: () => select === 'all', dayHref: undefined, isCut: () => false },
            })
          : empty(album)
      }
      ${pagingLinks(`/albums/${id}`, { next, prev }, order === 'taken' ? 'photos' : 'placed')}
      ${select && photos.length > 0 && selectionForm(album)} ${isOwner && html`${editFold(album)} ${deleteFold(album)}`}`,
  });
}

const empty = ({ role }: Album): Content =>
  role === 'viewer'
    ? html`<p class="empty">No photos here yet.</p>`
    : html`<p class="empty">
        No photos here yet. Select photos in <a href="/?select=none">your timeline</a> and choose “Add to album”.
      </p>`;

const albumHref = ({ album, cursor }: AlbumPage, select?: string) => {
  const query = new URLSearchParams({
    ...(cursor !== undefined && { cursor }),
    ...(select !== undefined && { select }),
  });
  return query.size === 0 ? `/albums/${album.id}` : `/albums/${album.id}?${query.toString()}`;
};

const selectLinks = (page: AlbumPage) =>
  page.select === undefined
    ? html`<a href="${albumHref(page, 'none')}">Select</a>`
    : html`<a href="${albumHref(page, 'all')}">Select all</a> <a href="${albumHref(page)}">Done</a>`;

const act = (name: string, label: string) => html`<button class="quiet" name="act" value="${name}">${label}</button> `;

const selectionForm = ({ id, order, role, members }: Album): Content =>
  html`<photo-selection>
    <form id="${SELECTION_FORM}" class="selection" method="post" action="/albums/${id}" aria-label="Selected photos">
      <div class="acts">
        ${role !== 'viewer' && act('remove', 'Remove from album')}
        ${role === 'owner' && act('cover', 'Make it the cover')} ${members > 0 && act('copy', 'Add to my library')}
        ${order === 'custom' && [act('first', 'Move to the start'), act('last', 'Move to the end')]}
      </div>
    </form>
  </photo-selection>`;

const outcomeBox = (id: string, { did, photos }: AlbumOutcome): Content =>
  html`<undo-toast data-notice="${did}">
    <div class="notice">
      <p role="status">${DONE[did]}</p>
      ${
        did === 'remove' &&
        photos.length > 0 &&
        html`<form method="post" action="/albums/${id}">
          ${photos.map((photo) => html`<input type="hidden" name="photo" value="${photo}" />`)} ${act('add', 'Undo')}
        </form>`
      }
    </div>
  </undo-toast>`;

const editFold = ({ id, title, description, order }: Album): Content =>
  html`<details class="fold">
    <summary>Edit this album</summary>
    <form class="sure" method="post" action="/albums/${id}">
      ${titleField(title)}
      <label class="field"
        >Description
        <textarea name="description" rows="3" maxlength="${CAPTION_LIMIT}" dir="auto">${description}</textarea>
      </label>
      <label class="field"
        >Order
        <select name="order">
          <option value="taken" ${order === 'taken' && html`selected`}>by date, newest first</option>
          <option value="custom" ${order === 'custom' && html`selected`}>as I place the photos</option>
        </select>
      </label>
      <button name="act" value="edit">Save</button>
    </form>
  </details>`;

const deleteFold = ({ id }: Album): Content =>
  html`<details class="fold">
    <summary>Delete this album …</summary>
    <form class="sure" method="post" action="/albums/${id}">
      <p>The album is deleted. Its photos stay where they are.</p>
      <button class="danger" name="act" value="delete">Delete the album</button>
    </form>
  </details>`;
