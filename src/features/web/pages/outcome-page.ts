import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { LISTS } from '../parts/lists.ts';
import { outcomeBox, type ListPlace, type Outcome } from '../parts/selection.ts';

/** Renders what became of so many photos that their ids find no room in the address of their list. */
export function renderOutcome(outcome: Outcome, place: ListPlace, handle: string): string {
  const { path, title } = LISTS[place.list];
  return renderPage({
    title,
    signedIn: handle,
    main: html`<div class="narrow">
      <h1>${title}</h1>
      ${outcomeBox(outcome, place)}
      <p><a class="button" href="${path}">Back to the list</a></p>
    </div>`,
  });
}
