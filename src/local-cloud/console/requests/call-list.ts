import { html } from '../../../runtime/html.ts';
import type { ConsoleDeps, Asked, Page } from '../section.ts';
import { pageLinks } from '../page-links.ts';
import { tabs } from '../tabs.ts';
import { callTable } from './call-table.ts';
import { REQUEST_TABS } from './request-links.ts';
import { callsWithoutRequest } from './traced-requests.ts';

const ROWS = 100;

/** The calls that belong to no request: of the start, of other programs, of timers. */
export function callListPage({ trace }: ConsoleDeps, { query }: Asked): Page {
  const calls = callsWithoutRequest(trace);
  const from = Math.max(0, Number(query.get('from')) || 0);
  const shown = calls.slice(from, from + ROWS);
  return {
    title: 'Calls without a request',
    main: html`<h1>Calls without a request</h1>
      ${tabs(REQUEST_TABS, '/requests/calls')}
      <p class="soft">
        Calls that came without the id of a request: at the start of the app, by its timers, and by other programs.
      </p>
      <div id="calls" data-live="requests">
        ${shown.length > 0 ? callTable(shown) : html`<p class="empty">There are no such calls.</p>`}
        ${pageLinks({ path: '/requests/calls', query: {}, from, size: ROWS, total: calls.length })}
      </div>`,
  };
}
