import type { Share } from '../../shares/schemas.ts';
import { TITLE_LIMIT } from '../../albums/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { dayOf, writeDay } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';

interface SharesPage {
  handle: string;
  /** The public address of the service: people copy the links. */
  publicUrl: string;
  shares: readonly Share[];
  /** What is to be shared; undefined: the page just lists the shares. */
  wanted?: WantedShare | undefined;
  /** What an act has done. */
  said?: string | undefined;
}

/** What a form is to share. */
export type WantedShare = { photos: readonly string[] } | { album: string; title: string } | { timeline: true };

/** Renders the list of shares, with the form that makes one. */
export function renderShares({ handle, publicUrl, shares, wanted, said }: SharesPage): string {
  return renderPage({
    title: 'Shared links',
    signedIn: handle,
    current: '/shares',
    main: html`<h1>${wanted ? `Share ${nameOf(wanted)}` : 'Shared links'}</h1>
      ${said !== undefined && html`<p class="notice" role="status">${said}</p>`} ${wanted && newShare(wanted)}
      ${!wanted && html`<p><a class="button" href="/shares?timeline=yes">Share the timeline</a></p>`}
      ${
        shares.length > 0
          ? html`<ul class="results">
              ${shares.map((share) => shareItem(share, publicUrl))}
            </ul>`
          : !wanted &&
            html`<p class="empty">Nothing is shared. Share an album, or select photos and choose “Share”.</p>`
      }`,
  });
}

function nameOf(wanted: WantedShare): string {
  if ('album' in wanted) return `the album ${wanted.title}`;
  if ('timeline' in wanted) return 'the timeline';
  return wanted.photos.length === 1 ? '1 photo' : `${wanted.photos.length} photos`;
}

const newShare = (wanted: WantedShare): Content =>
  html`<form class="narrow upload" method="post" action="/shares">
    ${'album' in wanted && html`<input type="hidden" name="album" value="${wanted.album}" />`}
    ${'timeline' in wanted && html`<input type="hidden" name="timeline" value="yes" />`}
    ${'photos' in wanted && wanted.photos.map((id) => html`<input type="hidden" name="photo" value="${id}" />`)}
    <label class="field">Title for guests <input name="title" maxlength="${TITLE_LIMIT}" dir="auto" /></label>
    <label class="field"
      >Open for
      <select name="days">
        <option value="1">1 day</option>
        <option value="7">7 days</option>
        <option value="30" selected>30 days</option>
        <option value="365">1 year</option>
      </select>
    </label>
    <label class="field"
      >Password (may be empty) <input type="password" name="password" maxlength="200" autocomplete="new-password"
    /></label>
    <label class="choice"><input type="checkbox" name="upload" value="yes" /> Guests may add photos</label>
    <label class="choice"
      ><input type="checkbox" name="originals" value="yes" /> Guests may download the originals</label
    >
    <label class="choice"><input type="checkbox" name="location" value="yes" /> Guests see the places</label>
    <button>Make a link</button>
  </form>`;

const shareItem = ({ id, url, title, expiresAt, isOpen, hasPassword, views, ...share }: Share, publicUrl: string) =>
  html`<li>
    <span
      ><strong dir="auto">${title || (share.album ? 'An album' : share.timeline ? 'The timeline' : 'Photos')}</strong>
      <small
        >${isOpen ? `open until ${writeDay(dayOf(expiresAt))}` : 'has ended'}${hasPassword && ', with a password'},
        ${views === 1 ? 'opened once' : `opened ${views} times`}</small
      ></span
    >
    <form method="post" action="/shares/${id}">
      <a href="${url}">${publicUrl}${url}</a>
      <button class="quiet" name="act" value="revoke">End this link<span class="unseen"> ${title}</span></button>
    </form>
  </li>`;
