import type { Activity } from '../../activity/read-activity.ts';
import type { Photo } from '../../photos/schemas.ts';
import type { Days } from '../../timeline/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { activityList } from '../parts/activity-list.ts';
import { renderPage } from '../parts/layout.ts';
import { LISTS, photoHref, type ListName, type PhotoList } from '../parts/lists.ts';
import { monthRail } from '../parts/month-rail.ts';
import { noticeBox, type Notice } from '../parts/notices.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { uploadForm } from '../parts/upload-form.ts';

/** One page of a list: what the page shows with and without script. */
export interface ListPage {
  list: ListName;
  handle: string;
  /** In the order of the list. */
  photos: readonly Photo[];
  /** Cursors of the older and the newer page. */
  next: string | null;
  prev: string | null;
  notice?: Notice | undefined;
  /** The photo that the notice concerns. */
  noticed?: string | undefined;
  /** The day index, for the timeline. */
  months?: Days['months'] | undefined;
  /** The latest events, on the first page of the timeline only. */
  activity?: Activity | undefined;
}

/** Renders a page of the timeline or of another list of the caller. */
export function renderList(page: ListPage): string {
  const { list, handle, photos, next, prev, months = [], activity } = page;
  const { path, title, order, empty }: PhotoList = LISTS[list];
  const hrefOf = ({ id }: { id: string }) => photoHref(id, list);
  return renderPage({
    title: list === 'timeline' ? undefined : title,
    signedIn: handle,
    current: path,
    main: html`<div class="listhead">
        <h1>${title}</h1>
        ${months.length > 0 && html`<a class="to-months" href="#months">Months</a>`}
      </div>
      ${noticeBox(page.notice, page.noticed, list)}
      ${list === 'timeline' && prev === null && upload(photos.length === 0)}
      <div class="${months.length > 0 ? 'railed' : 'plain'}">
        <div>
          ${photos.length > 0 ? photoGrid(photos, { by: order, hrefOf }) : html`<p class="empty">${empty}</p>`}
          ${pagingLinks(path, { next, prev })}
        </div>
        ${monthRail(months)}
      </div>
      ${activity && activityList(activity)}`,
  });
}

/** The form is folded, so that a phone's first screen shows photos. */
const upload = (open: boolean): Content =>
  html`<details class="fold" ${open && html`open`}>
    <summary>Upload photos</summary>
    <upload-tray data-action="/upload_photo">${uploadForm({ action: '/upload_photo' })}</upload-tray>
  </details>`;
