import { html, type Content } from '../../../runtime/html.ts';
import type { Asked, ConsoleDeps, Page } from '../section.ts';
import { msWords, statusClass, timeOfDay } from './measures.ts';
import { pageLinks } from '../page-links.ts';
import { tabs } from '../tabs.ts';
import { REQUEST_TABS, requestPath } from './request-links.ts';
import { operationsOf, tasksLeftBy, tracedRequests, type TracedRequest } from './traced-requests.ts';

/** Rows of one page of the list. */
const ROWS = 100;

/** The requests that are kept, the newest first, by path, status, route and where they come from. */
export function requestListPage({ trace }: ConsoleDeps, { query }: Asked): Page {
  const filter = readFilter(query);
  const all = tracedRequests(trace);
  const fitting = all.filter((request) => fits(request, filter));
  const from = Math.max(0, Number(query.get('from')) || 0);
  const shown = fitting.slice(from, from + ROWS);
  const links = pageLinks({ path: '/requests', query: { ...filter }, from, size: ROWS, total: fitting.length });
  return {
    title: 'Requests',
    main: html`<h1>Requests</h1>
      ${tabs(REQUEST_TABS, '/requests')} ${filterForm(filter, routesOf(all))}
      <div id="requests" data-live="requests">
        ${reportNote(all)}
        <p class="soft">${countWords(fitting.length, all.length)}</p>
        ${shown.length > 0 ? requestTable(shown) : emptyNote(all.length)} ${links}
      </div>`,
  };
}

interface RequestFilter {
  path: string;
  status: string;
  route: string;
  by: string;
}

const STATUSES = { '': 'Any', '2': '2xx', '3': '3xx', '4': '4xx', '5': '5xx' };
const CALLERS = { '': 'Anyone', outside: 'Clients', task: 'Tasks', cron: 'Cron' };

const readFilter = (query: URLSearchParams): RequestFilter => ({
  path: query.get('path') ?? '',
  status: query.get('status') ?? '',
  route: query.get('route') ?? '',
  by: query.get('by') ?? '',
});

function fits({ ended }: TracedRequest, { path, status, route, by }: RequestFilter): boolean {
  if (!ended) return path === '' && status === '' && route === '' && by === '';
  const caller = ended.task ? 'task' : ended.isCron ? 'cron' : 'outside';
  return (
    ended.path.includes(path) &&
    String(ended.status).startsWith(status) &&
    (route === '' || ended.route === route) &&
    (by === '' || by === caller)
  );
}

const routesOf = (all: TracedRequest[]): string[] =>
  [...new Set(all.flatMap(({ ended }) => ended?.route ?? []))].sort();

const filterForm = ({ path, status, route, by }: RequestFilter, routes: string[]): Content =>
  html`<form class="fields" method="get" action="/requests">
    <label>Path contains <input name="path" value="${path}" type="search" /></label>
    <label
      >Status
      <select name="status">
        ${Object.entries(STATUSES).map(([value, text]) => option(value, text, status))}
      </select></label
    >
    <label
      >Route
      <select name="route">
        ${[option('', 'Any', route), ...routes.map((known) => option(known, known, route))]}
      </select></label
    >
    <label
      >Asked by
      <select name="by">
        ${Object.entries(CALLERS).map(([value, text]) => option(value, text, by))}
      </select></label
    >
    <button>Filter</button>
    ${(path !== '' || status !== '' || route !== '' || by !== '') && html`<a href="/requests">Show all</a>`}
  </form>`;

const option = (value: string, text: string, chosen: string): Content =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${text}</option>`;

const countWords = (fitting: number, all: number): string =>
  fitting === all ? `${all} requests, the newest first.` : `${fitting} of ${all} requests, the newest first.`;

function emptyNote(all: number): Content {
  if (all > 0) return html`<p class="empty">No request fits this filter.</p>`;
  return html`<p class="empty">No requests yet. Open the app: each request appears here when it has been answered.</p>`;
}

/** Where the app runs in another process, only its calls are seen. */
function reportNote(all: TracedRequest[]): Content {
  if (all.length === 0 || all.some(({ ended }) => ended)) return undefined;
  return html`<p class="notice">
    This local cloud runs apart from the app, so that it sees the calls alone. They are grouped by the ids of the
    requests that came with them. Method, path and status are known where <code>npm start</code> runs both.
  </p>`;
}

const requestTable = (requests: TracedRequest[]): Content =>
  html`<div class="table" tabindex="0" role="region" aria-label="Requests">
    <table>
      <thead>
        <tr>
          <th>Time (UTC)</th>
          <th>Request</th>
          <th>Status</th>
          <th class="number">Took</th>
          <th class="number">Datastore</th>
          <th class="number">Storage</th>
          <th class="number">Tasks</th>
          <th class="number">Reads</th>
          <th class="number">Writes</th>
          <th class="number">Deletes</th>
          <th>Tasks left</th>
        </tr>
      </thead>
      <tbody>
        ${requests.map(requestRow)}
      </tbody>
    </table>
  </div>`;

function requestRow({ id, startedAt, ms, ended, isRunning, calls }: TracedRequest): Content {
  const { reads, writes, deletes, aborts } = operationsOf(calls);
  const countOf = (service: string) => calls.filter((call) => call.service === service).length;
  const left = tasksLeftBy(calls).length;
  return html`<tr>
    <td class="once mono">${timeOfDay(startedAt)}</td>
    <td class="path">
      <a class="mono" href="${requestPath(id)}">${ended ? `${ended.method} ${ended.path}` : id}</a>
      ${ended?.task && html`<span class="pill">task</span>`} ${ended?.isCron && html`<span class="pill">cron</span>`}
    </td>
    <td class="once">${statusWords({ ended, isRunning })}</td>
    <td class="number">${msWords(ms)}</td>
    ${[countOf('datastore'), countOf('storage'), countOf('tasks'), reads, writes, deletes].map(
      (count) => html`<td class="number">${count || html`<span class="soft">0</span>`}</td>`,
    )}
    <td class="once">
      ${left > 0 && `${left} ${left === 1 ? 'task' : 'tasks'}`}
      ${aborts > 0 && html`<span class="pill warn">${aborts} aborted</span>`}
    </td>
  </tr>`;
}

export function statusWords({ ended, isRunning }: Pick<TracedRequest, 'ended' | 'isRunning'>): Content {
  if (!ended) return html`<span class="soft">${isRunning ? 'running' : 'not reported'}</span>`;
  if (ended.isBrokenOff) return html`<span class="bad">broken off</span>`;
  return html`<span class="${statusClass(ended.status)}">${ended.status}</span>`;
}
