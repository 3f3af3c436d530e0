import { html, type Content } from '../../../runtime/html.ts';
import type { QueueOverview, Task } from '../../tasks/index.ts';
import { facts } from '../facts.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { spanWords } from '../time-words.ts';
import { dueWords, pauseForm, queuePath, shortQueue, statePill } from './queue-words.ts';

/** Tasks of one page. */
const ROWS = 100;

/** One queue with its tasks in the order in which they are due. */
export function queuePage({ tasks: { forConsole }, clock }: ConsoleDeps, { query }: Asked): Page {
  const name = query.get('name') ?? '';
  const overview = forConsole.queue(name);
  const after = positionOf(query);
  const found = forConsole.waiting(name, after, ROWS + 1);
  const shown = found.slice(0, ROWS);
  const sent = after ? [] : forConsole.sent(name).slice(0, ROWS);
  const now = clock.now();
  return {
    title: shortQueue(name),
    main: html`<ul class="trail">
        <li><a href="/tasks">Queues</a></li>
        <li>${shortQueue(name)}</li>
      </ul>
      <h1>${shortQueue(name)} ${statePill(overview.queue)}</h1>
      <div id="queue" data-live="requests">${queueFacts(overview, now)}</div>
      <div class="row">
        ${pauseForm(overview.queue, 'queue')}
        <a class="button" href="${linkTo('/tasks/create', { queue: name })}">Create a task</a>
        ${overview.tasks > 0 && purgeForm(overview)}
      </div>
      <div id="tasks" data-live="requests">
        ${sent.length > 0 && [html`<h2>In flight</h2>`, taskTable(sent, now)]}
        <h2>Waiting</h2>
        ${shown.length > 0 ? taskTable(shown, now) : html`<p class="empty">No task waits here.</p>`}
        ${pageNav(name, after !== undefined, found.length > ROWS ? shown.at(-1) : undefined)}
      </div>`,
  };
}

/** The task behind which this page begins. */
function positionOf(query: URLSearchParams): { due: number; sequence: number } | undefined {
  const [due, sequence] = [Number(query.get('due')), Number(query.get('sequence'))];
  return Number.isSafeInteger(due) && Number.isSafeInteger(sequence) && sequence > 0 ? { due, sequence } : undefined;
}

function queueFacts({ queue, tasks, inFlight, firstDue }: QueueOverview, now: number): Content {
  const { rateLimits, retryConfig, purgedAt, source } = queue;
  const { maxAttempts, maxRetryDuration, minBackoff, maxBackoff, maxDoublings } = retryConfig;
  const attempts = [
    maxAttempts === -1 ? 'no limit' : `${maxAttempts} at most`,
    maxRetryDuration > 0 && `for at least ${spanWords(maxRetryDuration * 1_000)}`,
    `${spanWords(minBackoff * 1_000)} to ${spanWords(maxBackoff * 1_000)} apart`,
    `doubled ${maxDoublings} times`,
  ];
  return facts({
    Tasks: tasks.toLocaleString('en'),
    'In flight': `${inFlight} of ${rateLimits.maxConcurrentDispatches} at once`,
    Oldest: dueWords(firstDue, now),
    Rate: `${rateLimits.maxDispatchesPerSecond} a second, ${rateLimits.maxBurstSize} in a burst`,
    Attempts: attempts.filter(Boolean).join(', '),
    'Made by': source === 'api' ? 'the API' : 'queue.yaml',
    'Last purge': purgedAt === undefined ? 'never' : `${spanWords(now - purgedAt / 1_000)} ago`,
  });
}

/** A second step, because a purge cannot be undone. */
const purgeForm = ({ queue: { name }, tasks }: QueueOverview): Content =>
  html`<details class="confirm">
    <summary class="button">Purge…</summary>
    <form method="post" action="/tasks/change-queue">
      <input type="hidden" name="queue" value="${name}" />
      <p>
        This deletes the ${tasks.toLocaleString('en')} tasks of the queue. They never run, and their names stay taken.
      </p>
      <button class="danger" name="action" value="purge">Delete all tasks</button>
    </form>
  </details>`;

const taskTable = (tasks: Task[], now: number): Content =>
  html`<div class="table" tabindex="0" role="region" aria-label="Tasks">
    <table>
      <thead>
        <tr>
          <th>Task</th>
          <th>Sends</th>
          <th>Next attempt</th>
          <th class="number">Attempts</th>
          <th>Last outcome</th>
        </tr>
      </thead>
      <tbody>
        ${tasks.map((task) => taskRow(task, now))}
      </tbody>
    </table>
  </div>`;

function taskRow({ queue, id, target, due, dispatches, lastAttempt }: Task, now: number): Content {
  const outcome = lastAttempt?.outcome;
  return html`<tr>
    <th scope="row" class="mono"><a href="${linkTo('/tasks/task', { name: `${queue}/tasks/${id}` })}">${id}</a></th>
    <td class="what mono">${target.method} ${target.kind === 'http' ? target.url : target.relativeUri}</td>
    <td class="once">${dueWords(due, now)}</td>
    <td class="number">${dispatches}</td>
    <td>${outcome ? html`<span class="bad">${outcome.reason}</span>` : html`<span class="soft">none</span>`}</td>
  </tr>`;
}

function pageNav(name: string, isLater: boolean, last: Task | undefined): Content {
  if (!isLater && !last) return undefined;
  const next = last && linkTo('/tasks/queue', { name, due: last.due, sequence: last.sequence });
  return html`<nav class="pages" aria-label="Pages">
    ${isLater && html`<a class="button" href="${queuePath(name)}">First tasks</a>`}
    ${next && html`<a class="button" href="${next}">Next tasks</a>`}
  </nav>`;
}
