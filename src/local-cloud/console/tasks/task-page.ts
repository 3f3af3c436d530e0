import { html, type Content } from '../../../runtime/html.ts';
import { CloudError } from '../../cloud-error.ts';
import type { Task } from '../../tasks/index.ts';
import type { Trace } from '../../trace/trace.ts';
import { facts } from '../facts.ts';
import { linkToRequest, requestLink } from '../requests/request-links.ts';
import { makersOf, runsOf } from '../requests/traced-requests.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type Page, type Reply } from '../section.ts';
import { timeWords, whenWords } from '../time-words.ts';
import { queuePath, shortQueue } from './queue-words.ts';

/** One task: what it sends, its attempts, and the requests that left it and ran it. */
export function taskPage({ tasks, trace, clock }: ConsoleDeps, { query }: Asked): Page {
  const name = query.get('name') ?? '';
  const [queue = '', id = ''] = name.split('/tasks/');
  const task = foundTask(() => tasks.forConsole.task(name));
  return {
    title: `Task ${id}`,
    main: html`<ul class="trail">
        <li><a href="/tasks">Queues</a></li>
        <li><a href="${queuePath(queue)}">${shortQueue(queue)}</a></li>
      </ul>
      <h1>Task ${id}</h1>
      <div id="task" data-live="requests">
        ${task ? [taskFacts(task, clock.now()), actions(name)] : gone}
        <h2>Requests</h2>
        ${requestsAround(name, trace)} ${task && [headers(task), payload(task)]}
      </div>`,
  };
}

function foundTask(find: () => Task): Task | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof CloudError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

const gone = html`<p class="notice">
  This task is not in its queue: it has run, was deleted, or never was. A queue forgets a task that has run.
</p>`;

function taskFacts({ target, due, created, deadline, dispatches, responses, lastAttempt }: Task, now: number): Content {
  const outcome = lastAttempt?.outcome;
  const isSent = lastAttempt !== undefined && !outcome;
  const url = target.kind === 'http' ? target.url : target.relativeUri;
  return facts({
    Sends: html`<span class="mono">${target.method} ${url}</span>`,
    'Next attempt': isSent ? 'is in flight' : `${timeWords(due / 1_000)}, ${whenWords(due / 1_000, now)}`,
    Attempts: `${dispatches}, ${responses} of them answered`,
    'Last attempt': lastAttempt && timeWords(lastAttempt.dispatched / 1_000),
    'Last outcome': outcome && html`<span class="bad">${outcome.reason}</span>`,
    Created: timeWords(created / 1_000),
    'Deadline of an attempt': `${deadline / 1_000} s`,
  });
}

const actions = (name: string): Content =>
  html`<form class="row" method="post" action="/tasks/change-task">
    <input type="hidden" name="name" value="${name}" />
    <button class="main" name="action" value="run">Run now</button>
    <button class="danger" name="action" value="delete">Delete</button>
  </form>`;

function requestsAround(name: string, trace: Trace): Content {
  const makers = makersOf(trace, name);
  const runs = runsOf(trace, name);
  return facts({
    'Left by':
      makers.length > 0 ? makers.map((id) => html`<div>${linkToRequest(trace, id)}</div>`) : 'no request that is kept',
    'Run by': runs.length > 0 ? runs.map((run) => html`<div>${requestLink(run)}</div>`) : 'no request that is kept',
  });
}

function headers({ target }: Task): Content {
  const entries = Object.entries(target.headers);
  if (entries.length === 0) return undefined;
  return html`<h2>Headers</h2>
    <pre class="code">${entries.map(([header, value]) => `${header}: ${value}`).join('\n')}</pre>`;
}

const payload = ({ body }: Task): Content =>
  html`<h2>Payload</h2>
    ${
      body && body.length > 0
        ? html`<pre class="code">${payloadWords(body)}</pre>`
        : html`<p class="empty">This task sends no payload.</p>`
    }`;

/** Bytes that are shown of a payload that is no text. */
const SHOWN_BYTES = 2_048;

/** JSON in lines, other text as it is, and anything else as hexadecimal digits. */
function payloadWords(body: Uint8Array): string {
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return bytes.subarray(0, SHOWN_BYTES).toString('hex');
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** Runs a task at once, or deletes it. */
export async function changeTask({ tasks: { forConsole } }: ConsoleDeps, { form }: Asked): Promise<Reply> {
  const name = form.get('name') ?? '';
  const action = form.get('action');
  if (action === 'run') {
    forConsole.run(name);
    return { location: linkTo('/tasks/task', { name }) };
  }
  if (action !== 'delete') throw new ConsoleFault(400, 'Choose what to do with the task.');
  await forConsole.delete(name);
  return { location: queuePath(name.split('/tasks/')[0] ?? '') };
}
