import type { SharedPhoto } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeTaken } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { pictureTags } from '../parts/preview-tags.ts';

interface PublicPage {
  handle: string;
  /** The display name, or the handle without one. */
  name: string;
  /** The public address of the service, for those who show a preview of the link. */
  publicUrl: string;
  /** In the order of posting, newest first. */
  photos: readonly SharedPhoto[];
  next: string | null;
  prev: string | null;
}

/** Renders a public timeline. Its owner sees the same as strangers. */
export function renderPublicPage({ handle, name, publicUrl, photos, next, prev }: PublicPage): string {
  const path = pathOf(handle);
  const [first] = photos;
  return renderPage({
    title: `Photos of ${name}`,
    head: html`<link rel="alternate" type="application/atom+xml" href="${path}/feed" title="Photos of ${name}" />
      <meta property="og:type" content="profile" />
      <meta property="og:url" content="${publicUrl}${path}" />
      <meta property="og:description" content="The public timeline of ${name}" />
      ${first && first.state !== 'failed' && pictureTags(publicUrl, first)}`,
    main: html`<h1>Photos of <bdi>${name}</bdi></h1>
      <p class="lead">
        Everyone may see these photos. <a href="${path}/feed" type="application/atom+xml">Follow in a feed reader</a>
      </p>
      ${
        photos.length > 0
          ? photoGrid(photos, { by: 'posted', hrefOf: ({ id }) => `${path}/${id}` })
          : html`<p class="empty">There are no photos here yet.</p>`
      }
      ${pagingLinks(path, { next, prev })}`,
  });
}

interface PublicPhotoPage extends Pick<PublicPage, 'handle' | 'name' | 'publicUrl'> {
  photo: SharedPhoto;
}

/** Renders one photo of a public timeline. */
export function renderPublicPhoto({ handle, name, publicUrl, photo }: PublicPhotoPage): string {
  const path = pathOf(handle);
  const { caption, alt, variants, takenAt, state } = photo;
  const title = caption.split('\n', 1)[0]?.slice(0, LONGEST_TITLE) || `Photo of ${name}`;
  return renderPage({
    title,
    head: html`<meta property="og:type" content="article" />
      <meta property="og:url" content="${publicUrl}${path}/${photo.id}" />
      <meta property="og:description" content="A photo of ${name}" />
      ${state !== 'failed' && pictureTags(publicUrl, photo)}`,
    main: html`<article class="public-photo">
      <h1 class="unseen">${title}</h1>
      ${state === 'failed' ? html`<p class="empty">This photo cannot be shown.</p>` : picture(variants, alt || caption || title)}
      ${caption && html`<p class="caption" dir="auto">${caption}</p>`}
      <p class="hint">
        <time datetime="${takenAt.local}">${writeTaken(takenAt)}</time> ·
        <a href="${path}">All photos of <bdi>${name}</bdi></a>
      </p>
    </article>`,
  });
}

/** Characters of a caption in the title of the browser's tab. */
const LONGEST_TITLE = 80;

const picture = ({ medium, large }: SharedPhoto['variants'], alt: string): Content =>
  html`<img
    src="${large.url}"
    srcset="${medium.url} ${medium.width}w, ${large.url} ${large.width}w"
    sizes="100vw"
    width="${large.width}"
    height="${large.height}"
    alt="${alt}"
  />`;

const pathOf = (handle: string) => `/u/${encodeURIComponent(handle)}`;
