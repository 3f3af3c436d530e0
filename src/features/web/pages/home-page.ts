import type { Activity } from '../../activity/read-activity.ts';
import type { PublicTimeline } from '../../accounts/public-timelines.ts';
import type { Photo } from '../../photos/schemas.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { signInWays, type SignInWays } from './sign-in-page.ts';
import { uploadForm } from '../parts/upload-form.ts';
import type { EventKind } from '../../../data/rules/events.ts';

/** The outcome of an upload that added no new photo. */
export type Notice = 'duplicate' | 'restored';

export interface HomePage extends SignInWays {
  caller: { handle: string } | undefined;
  /** In the order of posting, newest first. */
  photos: readonly Photo[];
  /** Cursors of the older and the newer page. */
  next: string | null;
  prev: string | null;
  notice?: Notice | undefined;
  /** The latest events, on the first page only. */
  activity?: Activity | undefined;
  /** Public timelines, for strangers. */
  publicTimelines?: readonly PublicTimeline[];
}

/** Renders the front page: the caller's newest photos, or for a stranger a welcome and the ways to sign in. */
export function renderHome(page: HomePage): string {
  const { caller } = page;
  return renderPage({ signedIn: caller?.handle, main: caller ? timeline(page) : welcome(page) });
}

const NOTICES: Record<Notice, string> = {
  duplicate: 'This photo is in your timeline already. Nothing was added.',
  restored: 'This photo was in the trash. It is back in your timeline.',
};

const timeline = ({ photos, next, prev, notice, activity }: HomePage) =>
  html`<h1 class="unseen">Your photos</h1>
    ${notice && html`<p class="notice" role="status">${NOTICES[notice]}</p>`}
    ${prev === null && uploadForm({ action: '/upload_photo' })} ${photos.length > 0 ? photoGrid(photos) : emptiness}
    ${pagingLinks('/', { next, prev })} ${activity && activityList(activity)}`;

const emptiness = html`<p class="empty">No photos yet. Your first photo appears here as soon as it is uploaded.</p>`;

const activityList = ({ events, before }: Activity) =>
  html`<details class="panel">
    <summary>Latest events</summary>
    <ol>
      ${events.map(
        ({ at, kind, photos = 1 }) =>
          html`<li>
            ${time(at)} ${kind === 'sign-in' ? '' : photos === 1 ? 'a photo' : `${photos} photos`} ${WORDS[kind]}
          </li> `,
      )}
    </ol>
    ${before !== null && html`<p>Events before ${time(before)} are being deleted.</p>`}
  </details>`;

function time(at: number) {
  const instant = new Date(at).toISOString();
  return html`<time datetime="${instant}">${instant.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

const WORDS: Record<EventKind, string> = {
  upload: 'uploaded',
  edit: 'edited',
  trash: 'moved to the trash',
  restore: 'taken out of the trash',
  erase: 'deleted for good',
  reject: 'removed, because its bytes do not have the announced sha256: send it again',
  'sign-in': 'signed in',
};

const welcome = ({ publicTimelines = [], ...ways }: HomePage) =>
  html`<div class="welcome">
    <h1>All your photos on one timeline</h1>
    <p>
      Photo Timeline stores your originals unchanged and shows them newest first, back to the oldest. Every device shows
      a new photo as soon as it is uploaded.
    </p>
    ${signInWays(ways)} ${publicTimelines.length > 0 && listed(publicTimelines)}
  </div>`;

const listed = (timelines: readonly PublicTimeline[]) =>
  html`<section aria-labelledby="public">
    <h2 id="public">Public timelines</h2>
    <ul>
      ${timelines.map(
        ({ handle, displayName }) =>
          html`<li><a href="/user/${encodeURIComponent(handle)}/web/">${displayName || handle}</a></li> `,
      )}
    </ul>
  </section>`;
