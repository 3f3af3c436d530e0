import { html, type Content } from '../../../runtime/html.ts';
import type { QueueOverview } from '../../tasks/index.ts';
import { ConsoleFault, type Asked, type ConsoleDeps, type Page, type Reply } from '../section.ts';
import { tabs } from '../tabs.ts';
import { spanWords } from '../time-words.ts';
import { dueWords, pauseForm, queuePath, shortQueue, statePill, TASKS_TABS } from './queue-words.ts';

/** The queues with their depth, rates and oldest tasks. */
export function queueListPage({ tasks, clock, app }: ConsoleDeps): Page {
  const queues = tasks.forConsole.queues();
  return {
    title: 'Queues',
    main: html`<h1>Tasks and cron</h1>
      ${tabs(TASKS_TABS, '/tasks')} ${app.url === undefined && appNote}
      <div id="queues" data-live="requests">
        ${queues.length > 0 ? queueTable(queues, clock.now()) : html`<p class="empty">queue.yaml names no queue.</p>`}
      </div>`,
  };
}

const appNote = html`<p class="notice">The app is not running. Its tasks wait, and are sent when it has started.</p>`;

const queueTable = (queues: QueueOverview[], now: number): Content =>
  html`<div class="table" tabindex="0" role="region" aria-label="Queues">
    <table>
      <thead>
        <tr>
          <th>Queue</th>
          <th>State</th>
          <th class="number">Tasks</th>
          <th class="number">In flight</th>
          <th>Oldest</th>
          <th>Rate</th>
          <th>Attempts</th>
          <th><span class="unseen">Change</span></th>
        </tr>
      </thead>
      <tbody>
        ${queues.map((overview) => queueRow(overview, now))}
      </tbody>
    </table>
  </div>`;

function queueRow({ queue, tasks, inFlight, firstDue }: QueueOverview, now: number): Content {
  const { name, rateLimits, retryConfig } = queue;
  const { maxAttempts, minBackoff, maxBackoff } = retryConfig;
  return html`<tr>
    <th scope="row"><a href="${queuePath(name)}">${shortQueue(name)}</a></th>
    <td>${statePill(queue)}</td>
    <td class="number">${tasks.toLocaleString('en')}</td>
    <td class="number">${inFlight}</td>
    <td class="once">${dueWords(firstDue, now)}</td>
    <td class="once">${rateLimits.maxDispatchesPerSecond}/s, ${rateLimits.maxConcurrentDispatches} at once</td>
    <td class="once">
      ${maxAttempts === -1 ? 'no limit' : `${maxAttempts} at most`}, ${spanWords(minBackoff * 1_000)} to
      ${spanWords(maxBackoff * 1_000)} apart
    </td>
    <td>${pauseForm(queue, 'list')}</td>
  </tr>`;
}

/** Pauses, resumes or purges a queue. */
export async function changeQueue({ tasks: { forConsole } }: ConsoleDeps, { form }: Asked): Promise<Reply> {
  const name = form.get('queue') ?? '';
  const { pause, resume, purge } = forConsole;
  const change = new Map(Object.entries({ pause, resume, purge })).get(form.get('action') ?? '');
  if (!change) throw new ConsoleFault(400, 'Choose what to do with the queue.');
  await change(name);
  return { location: form.get('back') === 'list' ? '/tasks' : queuePath(name) };
}
