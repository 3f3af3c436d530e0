import { setTimeout as pause } from 'node:timers/promises';
import { html, type Content } from '../../../runtime/html.ts';
import { timeZone } from '../../../runtime/time-zone.ts';
import { nextRun, type CronJobState } from '../../cron/index.ts';
import type { Trace } from '../../trace/trace.ts';
import { requestLink } from '../requests/request-links.ts';
import { ConsoleFault, type Asked, type ConsoleDeps, type Page, type Reply } from '../section.ts';
import { tabs } from '../tabs.ts';
import { spanWords, timeWords, whenWords } from '../time-words.ts';
import { TASKS_TABS } from './queue-words.ts';

/** The jobs of cron.yaml with their last and next runs. */
export function cronPage({ cron, clock, trace, app }: ConsoleDeps): Page {
  const jobs = cron.jobs();
  const now = clock.now();
  return {
    title: 'Cron',
    main: html`<h1>Tasks and cron</h1>
      ${tabs(TASKS_TABS, '/tasks/cron')}
      ${
        app.url === undefined &&
        html`<p class="notice">The app is not running. A job that falls due runs once when it has started.</p>`
      }
      <div id="cron" data-live="requests">
        ${jobs.length > 0 ? jobTable(jobs, { now, trace }) : html`<p class="empty">cron.yaml names no job.</p>`}
      </div>`,
  };
}

interface Shown {
  now: number;
  trace: Trace;
}

const jobTable = (jobs: CronJobState[], shown: Shown): Content =>
  html`<div class="table" tabindex="0" role="region" aria-label="Scheduled jobs">
    <table>
      <thead>
        <tr>
          <th>Job</th>
          <th>Schedule</th>
          <th>Last run</th>
          <th>Next runs (UTC)</th>
          <th><span class="unseen">Run</span></th>
        </tr>
      </thead>
      <tbody>
        ${jobs.map((job) => jobRow(job, shown))}
      </tbody>
    </table>
  </div>`;

function jobRow({ job, state }: CronJobState, { now, trace }: Shown): Content {
  const retry = job.retry && `, repeated up to ${job.retry.limit} times when it fails`;
  return html`<tr>
    <th scope="row" class="what">
      ${job.description}
      <div class="soft mono">${job.url}</div>
    </th>
    <td>${job.schedule}<span class="soft"> (${job.timezone})${retry}</span></td>
    <td>${[lastRun(state, now), lastRequest(job.url, trace)]}</td>
    <td class="once">${comingRuns({ job, state }, now)}</td>
    <td>
      <form method="post" action="/tasks/cron">
        <button name="url" value="${job.url}">Run now<span class="unseen"> ${job.url}</span></button>
      </form>
    </td>
  </tr>`;
}

function lastRun({ running, last }: CronJobState['state'], now: number): Content {
  if (running) return html`<span class="pill">running</span>`;
  if (!last) return html`<span class="soft">not yet</span>`;
  const { status, reason, started, ended } = last;
  const isFine = status !== undefined && status >= 200 && status <= 299;
  return html`<span class="${!isFine && 'bad'}">${isFine ? 'succeeded' : `failed: ${status ?? reason}`}</span>
    <span class="soft">${whenWords(ended, now)}, took ${spanWords(ended - started)}</span>`;
}

/** The last request of the job that is kept. */
function lastRequest(url: string, trace: Trace): Content {
  const request = trace.requests().find(({ isCron, path }) => isCron && path === url);
  return request && html`<div>${requestLink(request)}</div>`;
}

/** How many coming runs are shown. */
const RUNS = 3;

function comingRuns({ job, state }: CronJobState, now: number): Content {
  const zone = timeZone(job.timezone);
  const runs = [state.due];
  while (runs.length < RUNS) runs.push(nextRun(job.parsed, zone, runs.at(-1) ?? now));
  return runs.map(
    (run, at) =>
      html`<div>${timeWords(run)} ${at === 0 && html`<span class="soft">${whenWords(run, now)}</span>`}</div>`,
  );
}

/** How long the page waits for the end of a run. A longer run is shown as running. */
const PATIENCE_MS = 2_000;

/** Runs a job now. Its result stands on the page afterwards. */
export async function runCronJob({ cron }: ConsoleDeps, { form }: Asked): Promise<Reply> {
  const url = form.get('url') ?? '';
  if (!cron.jobs().some(({ job }) => job.url === url)) throw new ConsoleFault(404, 'cron.yaml names no such job.');
  // A run that fails is shown by its state.
  await Promise.race([cron.runNow(url).catch(() => undefined), pause(PATIENCE_MS, undefined, { ref: false })]);
  return { location: '/tasks/cron' };
}
