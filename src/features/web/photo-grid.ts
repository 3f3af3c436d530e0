import { dayOf, writeDay } from './dates.ts';
import { html, type Content } from '../../runtime/html.ts';
import { photoFigure, type FigurePhoto } from './photo-figure.ts';

/** So many photos may be in sight when a page opens; the others wait until they come near. */
const IN_SIGHT = 8;

/** Photos in the order given, under headings of the days (in UTC) on which they were posted. */
export function photoGrid(photos: readonly FigurePhoto[]): Content {
  const days = runsOf(photos.map((photo, at) => ({ photo, eager: at < IN_SIGHT, day: dayOf(photo.postedAt) })));
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

/** Neighbours of the same day together. */
function runsOf(entries: readonly Entry[]): [Entry, ...Entry[]][] {
  const runs: [Entry, ...Entry[]][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0].day === entry.day) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}
