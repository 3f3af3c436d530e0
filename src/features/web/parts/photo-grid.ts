import { dayOf, knownDay, writeDay } from './dates.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { photoFigure, type FigurePhoto } from './photo-figure.ts';

/** Photos that may be visible when a page opens. The others load when they are scrolled near. */
const VISIBLE = 8;

export interface GridOptions {
  /** Whose days the headings name: the local days of capture, or the days in UTC of posting or of moving to the trash. */
  by: 'taken' | 'posted' | 'trashed';
  /** Where a click on a photo leads. */
  hrefOf(photo: FigurePhoto): string;
}

/** Renders photos in the given order, under headings of days. */
export function photoGrid(photos: readonly FigurePhoto[], { by, hrefOf }: GridOptions): Content {
  const entries = photos.map((photo, at) => ({
    photo,
    eager: at < VISIBLE,
    day: DAYS[by](photo),
    href: hrefOf(photo),
  }));
  return html`<photo-grid data-order="${by}"><div class="days">${runsOf(entries).map(daySection)}</div></photo-grid>`;
}

const DAYS: Record<GridOptions['by'], (photo: FigurePhoto) => string> = {
  taken: ({ takenAt }) => knownDay(takenAt),
  posted: ({ postedAt }) => dayOf(postedAt),
  trashed: ({ trashedAt, postedAt }) => dayOf(trashedAt ?? postedAt),
};

interface Entry {
  photo: FigurePhoto;
  eager: boolean;
  /** As `2019-07-01`; as `2019-07` or `2019` if no more is known. */
  day: string;
  href: string;
}

function daySection([first, ...rest]: [Entry, ...Entry[]]) {
  return html`<section aria-labelledby="day-${first.photo.id}" data-day="${first.day}">
    <h2 id="day-${first.photo.id}"><time datetime="${first.day}">${writeDay(first.day)}</time></h2>
    <ul class="photos">
      ${[first, ...rest].map(({ photo, eager, href }) => photoFigure(photo, { eager, href }))}
    </ul>
  </section>`;
}

/** Groups neighbours of the same day. */
function runsOf(entries: readonly Entry[]): [Entry, ...Entry[]][] {
  const runs: [Entry, ...Entry[]][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0].day === entry.day) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}
