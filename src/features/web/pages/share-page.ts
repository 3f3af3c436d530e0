import type { z } from 'zod';
import type { GuestPhoto, SharedPhoto } from '../../photos/schemas.ts';
import type { SharedHead } from '../../shares/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { dayOf, writeDay } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';
import { pictureTags } from '../parts/preview-tags.ts';
import { uploadForm } from '../parts/upload-form.ts';
import { photoGrid } from '../parts/photo-grid.ts';

interface SharePage {
  /** The path of the page, which has the token of the share. */
  path: string;
  /** The public address of the service, for those who show a preview of the link. */
  publicUrl: string;
  head: SharedHead;
  photos: readonly z.infer<typeof GuestPhoto>[];
  next: string | null;
  prev: string | null;
  /** What an act has done. */
  did?: 'received' | undefined;
}

/** Renders a share for its guests. */
export function renderShare({ path, publicUrl, head, photos, next, prev, did }: SharePage): string {
  const title = head.title || `Photos of ${head.owner}`;
  const [first] = photos;
  return renderPage({
    title,
    head: html`<meta name="robots" content="noindex" />
      <meta name="referrer" content="no-referrer" />
      <meta property="og:type" content="website" />
      <meta property="og:url" content="${publicUrl}${path}" />
      <meta property="og:description" content="${describe(head)}" />
      ${first && first.state !== 'failed' && pictureTags(publicUrl, first)}`,
    main: html`<h1 dir="auto">${title}</h1>
      <p class="lead">${describe(head)}. Open until ${writeDay(dayOf(head.expiresAt))}.</p>
      ${did && html`<p class="notice" role="status">Thank you. Your photo has arrived.</p>`}
      ${head.upload && upload(path)}
      ${
        photos.length > 0
          ? photoGrid(photos.map(withoutGrants), {
              by: head.kind === 'photos' ? 'custom' : 'taken',
              hrefOf: ({ variants }) => variants.large.url,
            })
          : html`<p class="empty">There are no photos here now.</p>`
      }
      ${pagingLinks(path, { next, prev }, head.kind === 'timeline' ? 'photos' : 'placed')}
      <p class="faint"><a href="${path}/report">Report these photos</a></p>`,
  });
}

const upload = (path: string): Content =>
  html`<details class="fold">
    <summary>Add a photo</summary>
    ${uploadForm({ action: `${path}/photos` })}
  </details>`;

const describe = ({ owner, count }: SharedHead) =>
  `${count ? `${count} ${count === 1 ? 'photo' : 'photos'}, shared` : 'Shared'} by ${owner}`;

/** The grid shows what all guests may see. */
const withoutGrants = ({
  original: _original,
  location: _location,
  ...photo
}: SharePage['photos'][number]): SharedPhoto => photo;

/** Renders the question for the password of a share. */
export const renderLocked = (path: string, isWrong: boolean): string =>
  renderPage({
    title: 'Shared photos',
    head: html`<meta name="robots" content="noindex" />`,
    main: html`<div class="narrow">
      <h1>These photos have a password</h1>
      <p class="lead">The person who gave you the link knows it.</p>
      ${isWrong && html`<p class="notice fault" role="alert">This is not the password. Try again.</p>`}
      <form class="signin" method="post" action="${path}">
        <label class="field"
          >Password <input type="password" name="password" required maxlength="200" autocomplete="off" autofocus
        /></label>
        <button>Show the photos</button>
      </form>
    </div>`,
  });

/** Renders the form by which a guest reports a share to the operator, or the thanks for it. */
export const renderReport = (path: string, isSent: boolean): string =>
  renderPage({
    title: 'Report photos',
    head: html`<meta name="robots" content="noindex" />`,
    main: html`<div class="narrow">
      <h1>Report these photos</h1>
      ${
        isSent
          ? html`<p class="notice" role="status">Thank you. The operator of this service looks at it.</p>`
          : html`<form class="report-form" method="post" action="${path}/report">
              <p class="lead">The operator of this service reads what you write, and can close the link.</p>
              <label class="field"
                >What is wrong with them? <textarea name="reason" rows="4" maxlength="1000" required></textarea>
              </label>
              <button>Report</button>
            </form>`
      }
      <p><a href="${path}">Back to the photos</a></p>
    </div>`,
  });
