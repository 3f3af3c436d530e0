import { html, type Content } from '../../../runtime/html.ts';
import { pageLinks } from '../page-links.ts';
import type { Asked, ConsoleDeps, Page, Section } from '../section.ts';
import { logLines, SEVERITIES, type LogFilter } from './log-lines.ts';
import { logTable } from './log-table.ts';

/** What the app has written last. */
export const logSection: Section = {
  path: '/log',
  title: 'Log',
  summary: "The last 4,000 lines of the app's log, by severity and by request.",
  routes: [{ method: 'GET', path: '/log', handle: logPage }],
};

/** Lines of one page. */
const ROWS = 200;

function logPage({ trace }: ConsoleDeps, { query }: Asked): Page {
  const filter = {
    severity: query.get('severity') ?? '',
    text: query.get('text') ?? '',
    request: query.get('request') ?? '',
  };
  const lines = logLines(trace, filter);
  const from = Math.max(0, Number(query.get('from')) || 0);
  const shown = lines.slice(from, from + ROWS);
  return {
    title: 'Log',
    main: html`<h1>Log</h1>
      ${filterForm(filter)}
      <div id="log" data-live="log">
        <p class="soft">${lines.length} lines, the newest first.</p>
        ${shown.length > 0 ? logTable(shown) : html`<p class="empty">${emptyNote(filter)}</p>`}
        ${pageLinks({ path: '/log', query: filter, from, size: ROWS, total: lines.length })}
      </div>`,
  };
}

const filterForm = ({ severity, text, request }: LogFilter): Content =>
  html`<form class="fields" method="get" action="/log">
    <label>
      Severity
      <select name="severity">
        <option value="">Any</option>
        ${SEVERITIES.map(
          (known) => html`<option value="${known}" ${known === severity && html`selected`}>${known} and above</option>`,
        )}
      </select>
    </label>
    <label>Text <input name="text" type="search" value="${text}" /></label>
    <label>Request id <input name="request" class="mono" value="${request}" /></label>
    <button>Filter</button>
    ${[severity, text, request].some((value) => value !== '') && html`<a href="/log">Show all</a>`}
  </form>`;

function emptyNote({ severity, text, request }: LogFilter): string {
  const isFiltered = [severity, text, request].some((value) => value !== '');
  if (isFiltered) return 'No line fits this filter.';
  return 'No lines yet. They come from an app that npm start runs together with this local cloud.';
}
