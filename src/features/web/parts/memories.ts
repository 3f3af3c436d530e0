import type { ShownMemory } from '../../memories/memories-reply.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeDay } from './dates.ts';
import { photoHref } from './lists.ts';
import { altOf } from './photo-figure.ts';

/** Renders the photos of this day in earlier years. Without any it renders nothing. */
export function memorySection(memories: readonly ShownMemory[]): Content {
  if (memories.length === 0) return undefined;
  return html`<section class="memories" aria-labelledby="this-day">
    <h2 id="this-day">This day</h2>
    <ol>
      ${memories.map(memoryCard)}
    </ol>
  </section>`;
}

function memoryCard({ date, title, count, photos }: ShownMemory): Content {
  const day = writeDay(date);
  return html`<li>
    <ul class="strip">
      ${photos.map(
        (photo) =>
          html`<li>
            <a href="${photoHref(photo.id, 'timeline')}"
              >${photo.state === 'failed' ? html`<span>${altOf(photo)}</span>` : html`<img src="${photo.variants.small.url}" alt="${altOf(photo)}" decoding="async" />`}</a
            >
          </li>`,
      )}
    </ul>
    <div class="under">
      <p>
        <a href="/?from=${date}">${title}</a>
        <small><time datetime="${date}">${day}</time>, ${count === 1 ? '1 photo' : `${count} photos`}</small>
      </p>
      ${dayForm('hide', date, 'timeline', html`<button class="quiet" aria-label="Hide ${day}">Hide</button>`)}
    </div>
  </li>`;
}

/** Renders what the page says after a day was hidden. */
export const hiddenNotice = (date: string): Content =>
  html`<div class="notice">
    <p role="status">${writeDay(date)} is hidden. Its photos stay in your timeline.</p>
    ${dayForm('show', date, 'timeline', html`<button class="quiet">Undo</button>`)}
  </div>`;

/** Renders the days that are hidden, each with a button that shows it again. */
export const hiddenDays = (days: readonly string[]): Content =>
  html`<ul class="sessions">
    ${days.map(
      (date) =>
        html`<li>
          <div><time datetime="${date}">${writeDay(date)}</time></div>
          ${dayForm('show', date, 'settings', html`<button class="quiet" aria-label="Show ${writeDay(date)} again">Show again</button>`)}
        </li>`,
    )}
  </ul>`;

const dayForm = (act: 'hide' | 'show', date: string, on: 'timeline' | 'settings', button: Content) =>
  html`<form method="post" action="/memories">
    <input type="hidden" name="act" value="${act}" />
    <input type="hidden" name="date" value="${date}" />
    <input type="hidden" name="on" value="${on}" />
    ${button}
  </form>`;
