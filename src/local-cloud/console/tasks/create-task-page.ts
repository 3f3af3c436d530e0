import { html } from '../../../runtime/html.ts';
import type { HttpMethod } from '../../tasks/index.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type Page, type Reply } from '../section.ts';
import { queuePath, shortQueue } from './queue-words.ts';

const METHODS: HttpMethod[] = ['POST', 'GET', 'PUT', 'DELETE'];

/** The form of a new task. */
export function createTaskPage({ tasks }: ConsoleDeps, { query }: Asked): Page {
  const { queue } = tasks.forConsole.queue(query.get('queue') ?? '');
  return {
    title: 'Create a task',
    main: html`<ul class="trail">
        <li><a href="/tasks">Queues</a></li>
        <li><a href="${queuePath(queue.name)}">${shortQueue(queue.name)}</a></li>
      </ul>
      <h1>Create a task</h1>
      <form method="post" action="/tasks/create">
        <input type="hidden" name="queue" value="${queue.name}" />
        <div class="fields">
          <label
            >Method
            <select name="method">
              ${METHODS.map((method) => html`<option>${method}</option>`)}
            </select></label
          >
          <label>Path of the app, or a whole URL <input name="to" required value="/tasks/" /></label>
          <label>Seconds to wait <input name="wait" type="number" min="0" max="2592000" value="0" /></label>
          <label>Name, made up if empty <input name="name" /></label>
        </div>
        <label>Payload, sent as JSON <textarea name="payload" rows="8" spellcheck="false"></textarea></label>
        <p class="row">
          <button class="main">Create</button>
          <a href="${queuePath(queue.name)}">Cancel</a>
        </p>
      </form>`,
  };
}

/** Creates the task by the same checks as for a client. */
export async function createTask({ tasks, clock }: ConsoleDeps, { form }: Asked): Promise<Reply> {
  const parent = form.get('queue') ?? '';
  const textOf = (field: string) => form.get(field)?.trim() ?? '';
  const [to, payload, name] = [textOf('to'), textOf('payload'), textOf('name')];
  const wait = Number(textOf('wait'));
  const httpMethod = METHODS.find((method) => method === form.get('method'));
  if (!httpMethod || to === '' || !Number.isFinite(wait)) {
    throw new ConsoleFault(400, 'Say by which method and where to the task is sent, and in how many seconds.');
  }
  const sent = payload === '' ? {} : { headers: { 'Content-Type': 'application/json' }, body: Buffer.from(payload) };
  const task = {
    ...(name === '' ? {} : { name: `${parent}/tasks/${name}` }),
    ...(wait > 0 ? { scheduleTime: { seconds: String(Math.floor(clock.now() / 1_000 + wait)) } } : {}),
    ...(/^https?:/.test(to)
      ? { httpRequest: { httpMethod, url: to, ...sent } }
      : { appEngineHttpRequest: { httpMethod, relativeUri: to, ...sent } }),
  };
  const created = (await tasks.forConsole.create({ parent, task })) as { name: string };
  return { location: linkTo('/tasks/task', { name: created.name }) };
}
