import { html, type Content } from '../../../runtime/html.ts';
import type { Key } from '../../datastore/protocol.ts';
import type { Trace } from '../../trace/trace.ts';
import { logLines } from '../log/log-lines.ts';
import { logTable } from '../log/log-table.ts';
import { facts } from '../facts.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { callTable } from './call-table.ts';
import { keyWords } from '../datastore/entity-key.ts';
import { bytesInWords } from '../words.ts';
import { msWords } from './measures.ts';
import { entityLink, linkToRequest, objectLink, requestLink, taskLink } from './request-links.ts';
import { statusWords } from './request-list.ts';
import { makersOf, operationsOf, runsOf, tasksLeftBy, tracedRequest, type TracedRequest } from './traced-requests.ts';

/** One request: its calls in their order, what they touched, the tasks that it left, and its lines of the log. */
export function requestPage(deps: ConsoleDeps, { query }: Asked): Page {
  const { trace } = deps;
  const request = tracedRequest(trace, query.get('id') ?? '');
  if (!request) throw new ConsoleFault(404, 'This request is not kept any more. The console keeps the last 500.');
  const { ended, calls, id } = request;
  const name = ended ? `${ended.method} ${ended.path}` : `Request ${id}`;
  return {
    title: name,
    main: html`<ul class="trail">
        <li><a href="/requests">Requests</a></li>
        <li class="mono">${id}</li>
      </ul>
      <h1>${name}</h1>
      <div id="request" data-live="requests">
        ${requestFacts(request, deps)}
        <h2>Calls</h2>
        ${calls.length > 0 ? callTable(calls, request) : html`<p class="empty">${noCalls(request)}</p>`}
        ${taskList(request, trace)} ${touched(request)}
        <h2>Log</h2>
        ${logOf(trace, id)}
      </div>`,
  };
}

function requestFacts({ id, startedAt, ms, ended, isRunning, calls }: TracedRequest, deps: ConsoleDeps): Content {
  const { reads, writes, deletes, aborts } = operationsOf(calls);
  const inCloud = calls.reduce((sum, call) => sum + call.ms, 0);
  const bytes = calls.reduce((sum, call) => sum + call.requestBytes + call.replyBytes, 0);
  return facts({
    Status: statusWords({ ended, isRunning }),
    Took: msWords(ms),
    Calls: `${calls.length}, ${msWords(inCloud)} in sum, ${bytesInWords(bytes)}`,
    Datastore: `${reads} reads, ${writes} writes, ${deletes} deletes`,
    Aborted: aborts > 0 ? html`<span class="warn">${aborts} ${aborts === 1 ? 'commit' : 'commits'}</span>` : undefined,
    Started: new Date(startedAt).toISOString(),
    Route: ended?.route && html`<a href="${linkTo('/requests', { route: ended.route })}">${ended.route}</a>`,
    'Made by': ended?.isCron ? html`<a href="/tasks/cron">cron</a>` : undefined,
    ...taskFacts(ended, deps),
    'X-Request-Id': html`<span class="mono">${id}</span>`,
  });
}

/** The task that the request runs, and which request left it. */
function taskFacts(
  ended: TracedRequest['ended'],
  { trace, projectId, location }: ConsoleDeps,
): Record<string, Content> {
  if (!ended?.task) return {};
  const name = `projects/${projectId}/locations/${location}/queues/${ended.task.queue}/tasks/${ended.task.name}`;
  const makers = makersOf(trace, name);
  return {
    Task: taskLink(name),
    'Left by': makers.length > 0 ? makers.map((id) => html`<div>${linkToRequest(trace, id)}</div>`) : undefined,
  };
}

const noCalls = ({ ended }: TracedRequest): string =>
  ended ? 'This request made no call to the cloud.' : 'No call of this request is kept.';

function taskList({ calls }: TracedRequest, trace: Trace): Content {
  const tasks = tasksLeftBy(calls);
  if (tasks.length === 0) return undefined;
  return html`<h2>Tasks that it left</h2>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>Task</th>
            <th>Run by</th>
          </tr>
        </thead>
        <tbody>
          ${tasks.map((task) => {
            const runs = runsOf(trace, task);
            return html`<tr>
              <td class="what">${taskLink(task)}</td>
              <td class="what">
                ${runs.length > 0 ? runs.map((run) => html`<div>${requestLink(run)}</div>`) : html`<span class="soft">no request yet</span>`}
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}

/** Entities and objects that the calls name, each once. */
function touched({ calls }: TracedRequest): Content {
  const changed = distinctKeys(calls.flatMap(({ changes = [] }) => changes.map(({ key }) => key)));
  const read = distinctKeys(calls.flatMap(({ keys = [] }) => keys)).filter(
    (key) => !changed.some((other) => keyWords(other) === keyWords(key)),
  );
  const objects = [
    ...new Map(
      calls.flatMap(({ object }) => (object?.name ? [[`${object.bucket}/${object.name}`, object] as const] : [])),
    ).values(),
  ];
  const parts = [
    ['Entities changed', changed.map(entityLink)],
    ['Entities looked up', read.map(entityLink)],
    ['Objects', objects.map(objectLink)],
  ] as const;
  return parts.map(
    ([title, links]) =>
      links.length > 0 &&
      html`<h2>${title}</h2>
        <ul class="plain">
          ${links.map((link) => html`<li>${link}</li>`)}
        </ul>`,
  );
}

const distinctKeys = (keys: Key[]): Key[] => [...new Map(keys.map((key) => [keyWords(key), key])).values()];

function logOf(trace: Trace, id: string): Content {
  const lines = logLines(trace, { request: id });
  if (lines.length === 0) return html`<p class="empty">No line of the log that is kept belongs to this request.</p>`;
  return logTable(lines.reverse(), { ofRequest: true });
}
