import type { Days } from '../../timeline/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeMonth } from './dates.ts';

type Months = Days['months'];

/** Renders a link for each year and month that has photos, newest first. */
export function monthRail(months: Months): Content {
  if (months.length === 0) return undefined;
  const years = [...Map.groupBy(months, ({ month }) => month.slice(0, 4))];
  const counts = months.map(({ month, count }) => `${month}:${count}`).join(' ');
  return html`<month-rail data-counts="${counts}">
    <nav id="months" aria-label="Years and months">
      <ol>
        ${years.map(
          ([year, ofYear]) =>
            html`<li>
              <a href="/?from=${year}">${year}</a>
              <ol>
                ${ofYear.map(monthLink)}
              </ol>
            </li> `,
        )}
      </ol>
    </nav>
  </month-rail>`;
}

function monthLink({ month, count }: Months[number]): Content {
  const name = writeMonth(month).slice(0, 3);
  // WCAG 2.5.3: the name begins with the text that the link shows, so that voice control finds it.
  const label = `${name} ${month.slice(0, 4)}, ${count} ${count === 1 ? 'photo' : 'photos'}`;
  return html`<li><a href="/?from=${month}" aria-label="${label}" title="${label}">${name}</a></li> `;
}
