import { html, type Content } from '../../../runtime/html.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../runtime/durations.ts';
import { ConsoleFault, type Asked, type ConsoleDeps, type Page, type Reply } from '../section.ts';
import { timeWords } from '../time-words.ts';
import { FAULT_SWITCHES, type FaultSwitch } from './fault-switches.ts';

/** The switches with their states, and the way back to how the local cloud was started. */
export function switchesPage(deps: ConsoleDeps): Page {
  return {
    title: 'Switches',
    main: html`<h1>Switches</h1>
      <div id="switches" data-live="requests">${overview(deps)} ${consistencyPart(deps)} ${faultPart(deps)}</div>
      ${clockPart(deps)}`,
  };
}

function overview(deps: ConsoleDeps): Content {
  const on = namesOfChanged(deps);
  if (on.length === 0)
    return html`<p class="soft">
      All is as at the start. The switches change the services of this local cloud until it stops.
    </p>`;
  return html`<form class="notice row" method="post" action="/switches/end">
    <strong class="warn">${on.length === 1 ? '1 switch is' : `${on.length} switches are`} not as at the start:</strong>
    <span>${on.join(', ')}</span>
    <button class="main">End all of them</button>
  </form>`;
}

function namesOfChanged(deps: ConsoleDeps): string[] {
  const { consistency } = deps.datastore.engine;
  const faults = FAULT_SWITCHES.filter((fault) => fault.level(deps) > 0).map(({ title }) => title);
  return consistency.share === consistency.atStart ? faults : ['Delayed indexes', ...faults];
}

/** The shares that a button sets; any other can be typed. */
const SHARES = { 1: 'At once', 0.5: 'Half of them', 0: 'None at once' };

function consistencyPart({ datastore }: ConsoleDeps): Content {
  const { share, atStart } = datastore.engine.consistency;
  const known = Object.entries(SHARES).sort(([a], [b]) => Number(b) - Number(a));
  return html`<h2>Consistency</h2>
    <p>
      Queries without an ancestor see <strong>${percent(share)}</strong> of fresh writes at once, and the others after
      ten seconds. Reads by key and queries with an ancestor always see them. At the start it was ${percent(atStart)}.
    </p>
    <form class="row" method="post" action="/switches">
      <input type="hidden" name="switch" value="consistency" />
      ${known.map(
        ([level, words]) =>
          html`<button name="level" value="${level}" ${Number(level) === share && html`aria-pressed="true"`}>
            ${words}
          </button>`,
      )}
    </form>`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const faultPart = (deps: ConsoleDeps): Content =>
  html`<h2>Faults</h2>
    <div class="table" tabindex="0" role="region" aria-label="Faults">
      <table>
        <thead>
          <tr>
            <th>Fault</th>
            <th>State</th>
            <th><span class="unseen">Change</span></th>
          </tr>
        </thead>
        <tbody>
          ${FAULT_SWITCHES.map((fault) => faultRow(fault, fault.level(deps)))}
        </tbody>
      </table>
    </div>`;

function faultRow({ name, title, words, kind }: FaultSwitch, level: number): Content {
  const state = kind === 'counted' ? `${level} left` : 'on';
  return html`<tr>
    <th scope="row" class="what">
      ${title}
      <div class="soft">${words}</div>
    </th>
    <td class="once"><span class="pill ${level > 0 && 'warn'}">${level > 0 ? state : 'off'}</span></td>
    <td>
      <form class="row" method="post" action="/switches">
        <input type="hidden" name="switch" value="${name}" />
        ${kind === 'counted' && level === 0 ? countField(title) : undefined}
        ${level > 0 ? offButton(title) : onButton(title, kind)}
      </form>
    </td>
  </tr>`;
}

const countField = (title: string): Content =>
  html`<input class="count" name="level" type="number" min="1" max="1000" value="1" aria-label="${title}: how many" />`;

const offButton = (title: string): Content =>
  html`<button name="level" value="0">Switch off<span class="unseen">: ${title}</span></button>`;

const onButton = (title: string, kind: FaultSwitch['kind']): Content =>
  kind === 'counted'
    ? html`<button>Switch on<span class="unseen">: ${title}</span></button>`
    : html`<button name="level" value="1">Switch on<span class="unseen">: ${title}</span></button>`;

const STEPS = [
  ['1 minute', MINUTE_MS],
  ['1 hour', HOUR_MS],
  ['1 day', DAY_MS],
  ['31 days', 31 * DAY_MS],
] as const;

function clockPart({ clock, standingClock }: ConsoleDeps): Content {
  const now = html`<strong>${timeWords(clock.now())} UTC</strong>`;
  if (!standingClock)
    return html`<h2>Clock</h2>
      <p>
        It is ${now}, the time of this machine. Only a clock that stands can be moved: tests start one, and so does a
        parent process with <code>npm run local-cloud -- --clock</code>.
      </p>`;
  return html`<h2>Clock</h2>
    <p>
      It is ${now}. The clock stands, and cannot be moved back. Tasks and cron jobs that fall due on the way run now: a
      job that is due several times runs twice at the most.
    </p>
    <form class="row" method="post" action="/switches/clock">
      ${STEPS.map(([words, ms]) => html`<button name="ms" value="${ms}">Move on by ${words}</button>`)}
    </form>`;
}

/** Sets the consistency, or switches a fault on or off. */
export function changeSwitch(deps: ConsoleDeps, { form }: Asked): Reply {
  const level = Number(form.get('level') || NaN);
  if (!(level >= 0 && level <= 1_000)) throw new ConsoleFault(400, 'Give a number from 0 to 1,000.');
  const name = form.get('switch');
  const fault = FAULT_SWITCHES.find((known) => known.name === name);
  if (name === 'consistency' && level <= 1) deps.datastore.engine.consistency.share = level;
  else if (fault) fault.set(deps, Math.floor(level));
  else throw new ConsoleFault(400, 'There is no such switch.');
  return { location: '/switches' };
}

/** Ends all faults, and sets the consistency as at the start. */
export function endAllSwitches(deps: ConsoleDeps): Reply {
  for (const fault of FAULT_SWITCHES) fault.set(deps, 0);
  const { consistency } = deps.datastore.engine;
  consistency.share = consistency.atStart;
  return { location: '/switches' };
}

/** Moves a standing clock on, and waits for the cron runs and tasks that fall due. */
export async function moveClock(deps: ConsoleDeps, { form }: Asked): Promise<Reply> {
  const ms = Number(form.get('ms'));
  if (!deps.standingClock) throw new ConsoleFault(409, 'The clock runs with this machine. It cannot be moved.');
  if (!(ms > 0 && ms <= 366 * DAY_MS)) throw new ConsoleFault(400, 'The clock moves on by a year at most.');
  await moveOn(deps, deps.clock.now() + ms);
  await deps.commands.drain();
  return { location: '/switches' };
}

/** Stops where each job is due first: in one move, the deadline of its call would pass before the call is answered. */
async function moveOn({ commands, clock, cron }: ConsoleDeps, until: number): Promise<void> {
  const duesUntil = () =>
    cron
      .jobs()
      .map(({ state }) => state.due)
      .filter((due) => due <= until)
      .sort((a, b) => a - b);
  for (const due of duesUntil()) await commands.advance(Math.max(0, due - clock.now()));
  // No time elapses for jobs that are due again, so that their calls have all of it.
  const left = until - clock.now();
  await (duesUntil().length > 0 ? commands.step(left) : commands.advance(left));
}
