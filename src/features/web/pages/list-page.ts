import type { Photo } from '../../photos/schemas.ts';
import type { ShownMemory } from '../../memories/memories-reply.ts';
import type { Days } from '../../timeline/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { LISTS, photoHref, type ListName, type PhotoList } from '../parts/lists.ts';
import { hiddenNotice, memorySection } from '../parts/memories.ts';
import { monthRail } from '../parts/month-rail.ts';
import { noticeBox, type Notice } from '../parts/notices.ts';
import { pagingLinks } from '../parts/paging.ts';
import type { FigurePhoto } from '../parts/photo-figure.ts';
import { DAYS, photoGrid, type GridSelection } from '../parts/photo-grid.ts';
import { outcomeBox, selectionForm, type ListPlace, type Outcome } from '../parts/selection.ts';
import { uploadTray } from '../parts/upload-form.ts';
import { DAY_MS } from '../../../runtime/durations.ts';

/** One page of a list: what the page shows with and without script. */
export interface ListPage {
  list: ListName;
  handle: string;
  /** In the order of the list. */
  photos: readonly Photo[];
  /** Photos of this day in earlier years, at the start of the timeline. */
  memories?: readonly ShownMemory[] | undefined;
  /** Cursors of the older and the newer page. */
  next: string | null;
  prev: string | null;
  notice?: Notice | undefined;
  /** The photo that the notice concerns. */
  noticed?: string | undefined;
  /** The day that was just hidden from the memories. */
  hidden?: string | undefined;
  /** What became of selected photos. */
  outcome?: Outcome | undefined;
  /** With it each photo has a checkbox: `all`, `none`, or the day whose photos are chosen. */
  select?: string | undefined;
  /** The page of the list, as the address says it. */
  cursor?: string | undefined;
  from?: string | undefined;
  /** Milliseconds since the Unix epoch, for the days that photos in the trash have left. */
  now?: number | undefined;
  /** The day index, for the timeline. */
  months?: Days['months'] | undefined;
  /** The largest total of one upload. */
  maxUploadBytes: number;
}

/** Renders a page of the timeline or of another list of the caller. */
export function renderList(page: ListPage): string {
  const { list, handle, photos, next, prev, months = [], outcome, select, cursor, from, now } = page;
  const { path, title, order, empty }: PhotoList = LISTS[list];
  const place = { list, cursor, from };
  const grid = {
    by: order,
    hrefOf: ({ id }: { id: string }) => photoHref(id, list),
    noteOf: now === undefined ? undefined : (photo: FigurePhoto) => daysLeft(photo, now),
    select: select === undefined ? undefined : selection(page, select),
  };
  return renderPage({
    title: list === 'timeline' ? undefined : title,
    signedIn: handle,
    current: path,
    main: html`<div class="listhead">
        <h1>${title}</h1>
        <nav class="listacts" aria-label="This list">
          ${photos.length > 0 && selectLinks(place, select)}
          ${months.length > 0 && html`<a class="to-months" href="#months">Months</a>`}
        </nav>
      </div>
      ${noticeBox(page.notice, page.noticed, list)} ${outcome && outcomeBox(outcome, place)}
      ${page.hidden !== undefined && hiddenNotice(page.hidden)} ${list === 'trash' && photos.length > 0 && emptyTrash}
      ${list === 'timeline' && prev === null && upload(photos.length === 0, page.maxUploadBytes)}
      ${memorySection(page.memories ?? [])}
      <div class="${months.length > 0 ? 'railed' : 'plain'}">
        <div>
          ${photos.length > 0 ? photoGrid(photos, grid) : html`<p class="empty">${empty}</p>`}
          ${pagingLinks(path, { next, prev })} ${select !== undefined && photos.length > 0 && selectionForm(place)}
        </div>
        ${monthRail(months)}
      </div>`,
  });
}

/** The form is folded, so that a phone's first screen shows photos. */
const upload = (open: boolean, maxBytes: number): Content =>
  html`<details class="fold" ${open && html`open`}>
    <summary>Upload photos</summary>
    ${uploadTray({ maxBytes })}
  </details>`;

const listHref = ({ list, cursor, from }: ListPlace, select?: string) => {
  const query = new URLSearchParams({
    ...(cursor !== undefined && { cursor }),
    ...(from !== undefined && { from }),
    ...(select !== undefined && { select }),
  }).toString();
  return query === '' ? LISTS[list].path : `${LISTS[list].path}?${query}`;
};

const selectLinks = (place: ListPlace, select: string | undefined) =>
  select === undefined
    ? html`<a href="${listHref(place, 'none')}">Select</a>`
    : html`<a href="${listHref(place, 'all')}">Select all</a> <a href="${listHref(place)}">Done</a>`;

function selection({ photos, next, prev, ...place }: ListPage, select: string): GridSelection {
  const { order }: PhotoList = LISTS[place.list];
  const [first, last] = [photos.at(0), photos.at(-1)].map((photo) => photo && DAYS[order](photo));
  const isCut = (day: string) =>
    day.length === '2019-07-01'.length &&
    ((day === last && next !== null) || (day === first && prev !== null && place.from !== day));
  return {
    isChosen: (day) => select === 'all' || select === day,
    // A page that begins with the day shows as much of it as a page can.
    dayHref: (day) => listHref(isCut(day) ? { list: place.list, from: day } : place, day),
    isCut,
  };
}

function daysLeft({ deletesAt }: FigurePhoto, now: number): string | undefined {
  if (!deletesAt) return undefined;
  const days = Math.ceil((Date.parse(deletesAt) - now) / DAY_MS);
  if (days <= 0) return 'Deleted today';
  return days === 1 ? '1 day left' : `${days} days left`;
}

const emptyTrash = html`<details class="fold">
  <summary>Empty the trash …</summary>
  <form class="sure" method="post" action="/trash">
    <p>All photos in the trash and their originals are deleted for good. This cannot be undone.</p>
    <button class="danger">Empty the trash</button>
  </form>
</details>`;
