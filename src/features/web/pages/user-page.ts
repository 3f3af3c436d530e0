import type { SharedPhoto } from '../../photos/schemas.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { uploadForm } from '../parts/upload-form.ts';

interface UserPage {
  handle: string;
  /** In the order of posting, newest first. */
  photos: readonly SharedPhoto[];
  /** Cursor of the older page. */
  next: string | null;
  /** Cursor of the newer page. */
  prev: string | null;
  /** Whether the reader may post from here. */
  canPost: boolean;
}

/** Renders the page `/user/{user}/web/`. Its owner sees the same as strangers, and has the page `/` for the rest. */
export function renderUserPage({ handle, photos, next, prev, canPost }: UserPage): string {
  const name = encodeURIComponent(handle);
  return renderPage({
    title: handle,
    main: html`<h1>Photos of ${handle}</h1>
      ${canPost && uploadForm({ action: `/post/${name}/`, before: poster(handle) })}
      ${photos.length > 0 ? photoGrid(photos, { by: 'posted', hrefOf: ({ variants }) => variants.large.url }) : html`<p class="empty">No photos yet.</p>`}
      ${pagingLinks(`/user/${name}/web/`, { next, prev })}`,
  });
}

const poster = (handle: string) =>
  html`<label class="field"
    >Post as
    <input
      name="user"
      value="${handle}"
      maxlength="30"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
  /></label>`;
