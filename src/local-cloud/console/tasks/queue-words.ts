import { html, type Content } from '../../../runtime/html.ts';
import type { Queue } from '../../tasks/index.ts';
import { linkTo } from '../section.ts';
import { spanWords, whenWords } from '../time-words.ts';

export const TASKS_TABS = { '/tasks': 'Queues', '/tasks/cron': 'Cron' };

export const queuePath = (name: string): string => linkTo('/tasks/queue', { name });

/** The last part of the name of a queue. */
export const shortQueue = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const STATES: Record<Queue['state'], string> = { RUNNING: 'running', PAUSED: 'paused', DISABLED: 'disabled' };

export const statePill = ({ state }: Queue): Content =>
  html`<span class="pill ${state !== 'RUNNING' && 'warn'}">${STATES[state]}</span>`;

/** When a task is or was due, given in microseconds; undefined where nothing waits. */
export function dueWords(dueMicros: number | undefined, now: number): Content {
  if (dueMicros === undefined) return html`<span class="soft">nothing waits</span>`;
  const due = dueMicros / 1_000;
  return due < now - 1_000 ? html`<span class="warn">waits for ${spanWords(now - due)}</span>` : whenWords(due, now);
}

/** The button that pauses or resumes a queue and leads to the list or to the page of the queue. */
export function pauseForm({ name, state }: Queue, back: 'list' | 'queue'): Content {
  const action = state === 'RUNNING' ? 'pause' : 'resume';
  return html`<form method="post" action="/tasks/change-queue">
    <input type="hidden" name="queue" value="${name}" />
    <input type="hidden" name="back" value="${back}" />
    <button name="action" value="${action}">
      ${action === 'pause' ? 'Pause' : 'Resume'}<span class="unseen"> ${shortQueue(name)}</span>
    </button>
  </form>`;
}
