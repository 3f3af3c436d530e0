import { html, type Content } from '../../../runtime/html.ts';
import type { Key } from '../../datastore/protocol.ts';
import type { Trace } from '../../trace/trace.ts';
import { logLines } from '../log/log-lines.ts';
import { logTable } from '../log/log-table.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { callTable } from './call-table.ts';
import { keyWords } from './call-words.ts';
import { bytesWords, msWords } from './measures.ts';
import { entityLink, objectLink, requestLink, requestPath, taskLink } from './request-links.ts';
import { statusWords } from './request-list.ts';
import {
  creationOf,
  operationsOf,
  requestsOf,
  runsOf,
  tasksLeftBy,
  tracedRequest,
  type TracedRequest,
} from './traced-requests.ts';

/** One request: its calls in their order, what they touched, the tasks that it left, and its lines of the log. */
export function requestPage({ trace }: ConsoleDeps, { query }: Asked): Page {
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
        ${facts(request, trace)}
        <h2>Calls</h2>
        ${calls.length > 0 ? callTable(calls, request) : html`<p class="empty">${noCalls(request)}</p>`}
        ${taskList(request, trace)} ${touched(request)}
        <h2>Log</h2>
        ${logOf(trace, id)}
      </div>`,
  };
}

function facts({ id, startedAt, ms, ended, calls }: TracedRequest, trace: Trace): Content {
  const { reads, writes, deletes, aborts } = operationsOf(calls);
  const inCloud = calls.reduce((sum, call) => sum + call.ms, 0);
  const bytes = calls.reduce((sum, call) => sum + call.requestBytes + call.replyBytes, 0);
  return html`<dl class="facts">
    ${fact('Status', statusWords({ ended }))} ${fact('Took', msWords(ms))}
    ${fact('Calls', `${calls.length}, ${msWords(inCloud)} in sum, ${bytesWords(bytes)}`)}
    ${fact('Datastore', `${reads} reads, ${writes} writes, ${deletes} deletes`)}
    ${aborts > 0 && fact('Aborted', `${aborts} ${aborts === 1 ? 'commit' : 'commits'}`)}
    ${fact('Started', new Date(startedAt).toISOString())}
    ${ended?.route !== undefined && fact('Route', html`<a href="${linkTo('/requests', { route: ended.route })}">${ended.route}</a>`)}
    ${origin({ ended }, trace)} ${fact('X-Request-Id', html`<span class="mono">${id}</span>`)}
  </dl>`;
}

const fact = (name: string, value: Content): Content =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** Which task or cron job made the request, and which request left that task. */
function origin({ ended }: Pick<TracedRequest, 'ended'>, trace: Trace): Content {
  if (ended?.isCron) return fact('Made by', html`<a href="/tasks/cron">cron</a>`);
  if (!ended?.task) return undefined;
  const creation = creationOf(trace, ended.task);
  const name = creation?.task ?? `/queues/${ended.task.queue}/tasks/${ended.task.name}`;
  const makers = creation ? requestsOf(creation) : [];
  const known = trace.requests();
  const links = makers.map((id) => {
    const maker = known.find((request) => request.id === id);
    return maker ? requestLink(maker) : html`<a class="mono" href="${requestPath(id)}">${id}</a>`;
  });
  return [fact('Task', taskLink(name)), links.length > 0 && fact('Left by', links)];
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
