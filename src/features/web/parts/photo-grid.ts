import { dayOf, writeDay } from './dates.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { photoFigure, type FigurePhoto } from './photo-figure.ts';

/** Photos that may be visible when a page opens. The others load when they are scrolled near. */
const VISIBLE = 8;

/** Renders photos in the given order, under headings of the days (in UTC) on which they were posted. */
export function photoGrid(photos: readonly FigurePhoto[]): Content {
  const days = runsOf(photos.map((photo, at) => ({ photo, eager: at < VISIBLE, day: dayOf(photo.postedAt) })));
  return html`<div class="days">${days.map(daySection)}</div>`;
}

interface Entry {
  photo: FigurePhoto;
  eager: boolean;
  day: string;
}

function daySection([first, ...rest]: [Entry, ...Entry[]]) {
  return html`<section aria-labelledby="day-${first.day}">
    <h2 id="day-${first.day}"><time datetime="${first.day}">${writeDay(first.day)}</time></h2>
    <ul class="photos">
      ${[first, ...rest].map(({ photo, eager }) => photoFigure(photo, { eager }))}
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
