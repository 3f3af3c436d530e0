import { dayOf, knownDay, writeDay } from './dates.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { SELECTION_FORM } from './selection.ts';
import { photoFigure, type FigurePhoto } from './photo-figure.ts';

/** Photos that may be visible when a page opens. The others load when they are scrolled near. */
const VISIBLE = 8;

interface GridOptions {
  /**
   * Whose days the headings name: the local days of capture, or the days in UTC of posting or of moving to the trash.
   * `custom`: an order by hand has no headings.
   */
  by: 'taken' | 'posted' | 'trashed' | 'custom';
  /** Where a click on a photo leads. */
  hrefOf(photo: FigurePhoto): string;
  /** A word over the picture. */
  noteOf?: ((photo: FigurePhoto) => string | undefined) | undefined;
  /** With it each photo has a checkbox. */
  select?: GridSelection | undefined;
}

export interface GridSelection {
  /** The days whose photos are chosen at first. */
  isChosen(day: string): boolean;
  /** Where the photos of a day are chosen, if there is such a page. */
  dayHref?: ((day: string) => string) | undefined;
  /** Whether photos of a day may stand on another page too. */
  isCut(day: string): boolean;
}

/** Renders photos in the given order, under headings of days. */
export function photoGrid(photos: readonly FigurePhoto[], { by, hrefOf, noteOf, select }: GridOptions): Content {
  const entries = photos.map((photo, at) => {
    const day = DAYS[by](photo);
    const chosen = select?.isChosen(day);
    return { photo, eager: at < VISIBLE, day, href: hrefOf(photo), note: noteOf?.(photo), chosen };
  });
  return html`<photo-grid data-order="${by}"
    ><div class="days">${runsOf(entries).map((run) => daySection(run, select))}</div></photo-grid
  >`;
}

/** The day of a photo's heading. */
export const DAYS: Record<GridOptions['by'], (photo: FigurePhoto) => string> = {
  taken: ({ takenAt }) => knownDay(takenAt),
  posted: ({ postedAt }) => dayOf(postedAt),
  trashed: ({ trashedAt, postedAt }) => dayOf(trashedAt ?? postedAt),
  custom: () => '',
};

interface Entry {
  photo: FigurePhoto;
  eager: boolean;
  /** As `2019-07-01`; as `2019-07` or `2019` if no more is known. */
  day: string;
  href: string;
  note: string | undefined;
  chosen: boolean | undefined;
}

function daySection([first, ...rest]: [Entry, ...Entry[]], select: GridSelection | undefined) {
  if (first.day === '') return html`<section aria-label="Photos">${photosOf([first, ...rest])}</section>`;
  return html`<section aria-labelledby="day-${first.photo.id}" data-day="${first.day}">
    <h2 id="day-${first.photo.id}"><time datetime="${first.day}">${writeDay(first.day)}</time></h2>
    ${select && selectDay(first.day, select)} ${photosOf([first, ...rest])}
  </section>`;
}

const photosOf = (entries: readonly Entry[]) =>
  html`<ul class="photos">
    ${entries.map(({ photo, ...options }) => photoFigure(photo, options))}
  </ul>`;

/** The form can name a day itself, because a page may show only a part of it. */
const selectDay = (day: string, { dayHref, isCut, isChosen }: GridSelection) =>
  html`${dayHref && html`<a class="day-select" href="${dayHref(day)}">Select ${writeDay(day)}</a>`}
  ${
    isCut(day) &&
    html`<label class="choice whole-day">
      <input type="checkbox" name="day" value="${day}" form="${SELECTION_FORM}" ${isChosen(day) && html`checked`} />
      With its photos on other pages
    </label>`
  }`;

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
