import { setTimeout as pause } from 'node:timers/promises';
import { startProgram } from '../process/support.ts';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';
import { openBulkStore } from './bulk-store.ts';
import type { Figure } from './figure.ts';
import { intoStore } from './load-target.ts';
import { loadPhotos, SIXTEEN_YEARS } from './many-photos.ts';
import { startLoadGenerator, type Answers, type LoadGenerator, type Requests } from './open-load.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';

const USERS = 24;
const PHOTOS = 60;
/** Rates, as multiples of what the program gets done when it is never idle. */
const MULTIPLES = [0.5, 1, 2, 3, 5];
/** How long each load lasts, in seconds. */
const SECONDS = 2.5;
/** Requests in flight when the program is never idle. */
const AT_ONCE = { pages: 16, uploads: 8 };
/** The multiple at which one kind of work floods the other. */
const FLOOD = 3;

/** What becomes of pages and of uploads, alone and beside each other, when more come than can be served. */
export async function measureOverload(scope: AsyncDisposableStack): Promise<Figure[]> {
  const { url, tokens } = await startReaders(scope);
  const work = { pages: pagesOf(tokens), uploads: await uploadsOf(tokens) };
  const [own, other] = [startLoadGenerator(scope), startLoadGenerator(scope)];
  const busy = (kind: Kind, generator: LoadGenerator = own) =>
    generator.run({ url, requests: work[kind], atOnce: AT_ONCE[kind], seconds: SECONDS });
  const at = (kind: Kind, rate: number, generator: LoadGenerator = own) =>
    generator.run({ url, requests: work[kind], rate, seconds: SECONDS });

  const alone = {} as Record<Kind, Answers>;
  const figures: Figure[] = [];
  for (const kind of ['pages', 'uploads'] as const) {
    await busy(kind);
    await idle(url);
    alone[kind] = await busy(kind);
    const capacity = alone[kind].acceptedPerSecond;
    const curve: Answers[] = [];
    for (const multiple of MULTIPLES) {
      await idle(url);
      curve.push(await at(kind, multiple * capacity));
    }
    figures.push(...curveFigures(kind, capacity, curve));
  }

  for (const [kind, flood] of [
    ['uploads', 'pages'],
    ['pages', 'uploads'],
  ] as const) {
    await idle(url);
    const flooding = at(flood, FLOOD * alone[flood].acceptedPerSecond, other);
    const beside = await busy(kind);
    figures.push(besideFigure(kind, { alone: alone[kind], beside, flood: await flooding }));
  }

  await idle(url);
  const tasksAlone = await taskSpeed(
    url,
    () => busy('uploads'),
    async () => undefined,
  );
  await idle(url);
  const flooded = await taskSpeed(
    url,
    () => busy('uploads'),
    () => at('pages', FLOOD * alone.pages.acceptedPerSecond, other),
  );
  figures.push({
    name: 'tasks beside pages',
    what: `tasks that make pictures, beside pages at ${FLOOD} × capacity`,
    value: flooded,
    unit: 'tasks/s',
    reference: { what: 'alone', value: tasksAlone },
    aim: { is: 'at least', ratio: 0.33 },
  });
  return figures;
}

type Kind = 'pages' | 'uploads';

function curveFigures(kind: Kind, capacity: number, curve: Answers[]): Figure[] {
  const atCapacity = curve[MULTIPLES.indexOf(1)]?.accepted.p99 ?? NaN;
  return curve.map(({ acceptedPerSecond, refusedPerSecond, unanswered, accepted, refused }, index) => ({
    name: `${kind} at ${MULTIPLES[index]} ×`,
    what:
      `p99 of ${kind} accepted at ${MULTIPLES[index]} × ${capacity.toFixed(0)}/s; ${acceptedPerSecond.toFixed(0)}/s ` +
      `accepted, p50 ${accepted.p50.toFixed(0)} ms; ${describeRefusals(refusedPerSecond, refused)}; ` +
      `${unanswered} not answered`,
    value: accepted.p99,
    unit: 'ms',
    reference: { what: 'at capacity', value: atCapacity },
    ...(MULTIPLES[index] === FLOOD ? { aim: { is: 'at most', ratio: 5 } as const } : {}),
  }));
}

const describeRefusals = (perSecond: number, { p50, p99 }: Answers['refused']) =>
  perSecond === 0
    ? 'none refused'
    : `${perSecond.toFixed(1)}/s refused, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms`;

function besideFigure(kind: Kind, { alone, beside, flood }: Record<'alone' | 'beside' | 'flood', Answers>): Figure {
  const other = kind === 'pages' ? 'uploads' : 'pages';
  return {
    name: `${kind} beside ${other}`,
    what:
      `${kind}, ${AT_ONCE[kind]} at once, beside ${other} at ${FLOOD} × capacity; p50 ` +
      `${alone.accepted.p50.toFixed(0)} -> ${beside.accepted.p50.toFixed(0)} ms, p99 ` +
      `${alone.accepted.p99.toFixed(0)} -> ${beside.accepted.p99.toFixed(0)} ms, ` +
      `${beside.refusedPerSecond.toFixed(1)}/s refused, ${beside.unanswered} not answered; ` +
      `${flood.acceptedPerSecond.toFixed(0)}/s of the flood accepted`,
    value: beside.acceptedPerSecond,
    unit: `${kind}/s`,
    reference: { what: 'alone', value: alone.acceptedPerSecond },
    aim: { is: 'at least', ratio: 0.33 },
  };
}

/** The program with users who have photos, and their tokens. */
async function startReaders(scope: AsyncDisposableStack): Promise<{ url: string; tokens: string[] }> {
  const dataDir = await temporaryFolder(scope);
  const names = Array.from({ length: USERS }, (_, at) => `reader-${at}`);
  const before = await startProgram(dataDir);
  await Promise.all(names.map((name) => signUp(before.url, name)));
  await before.stop('SIGTERM');
  const store = await openBulkStore(dataDir);
  for (const name of names) await loadPhotos(intoStore(store), name, PHOTOS);
  store.close();
  const { url } = await startTimeline(scope, { dataDir, env: { RATE_LIMITS: 'off' } });
  const users = await Promise.all(names.map((name) => signUp(url, name)));
  return { url, tokens: users.map(({ token }) => token) };
}

/** Pages that begin at different days, so that each of them is read. */
function pagesOf(tokens: string[]): Requests {
  const { first, last } = SIXTEEN_YEARS;
  const middle = (first + last) / 2;
  const days = Array.from({ length: 1_000 }, (_, at) => new Date(middle + at * DAY).toISOString().slice(0, 10));
  return { kind: 'pages', tokens, paths: days.map((day) => `/v1/timeline?limit=50&from=${day}`) };
}

const DAY = 24 * 3_600_000;

async function uploadsOf(tokens: string[]): Promise<Requests> {
  const photo = await picture({ width: 1280, height: 960, bytes: 100_000 });
  return { kind: 'uploads', tokens, photo: photo.toString('base64') };
}

/** Waits until no task is left of what was uploaded, for ten seconds at the most. */
async function idle(url: string): Promise<void> {
  const started = performance.now();
  for (let before = -1, now = await tasksDone(url); now !== before; now = await tasksDone(url)) {
    if (performance.now() - started > 10_000) return;
    before = now;
    await pause(500);
  }
}

/** Tasks done in each second after some uploads, while `flood` runs. */
async function taskSpeed(url: string, fill: () => Promise<unknown>, flood: () => Promise<unknown>): Promise<number> {
  await fill();
  const [before, started] = [await tasksDone(url), performance.now()];
  const flooding = flood();
  await idle(url);
  const speed = (((await tasksDone(url)) - before) / (performance.now() - started)) * 1000;
  await flooding;
  return speed;
}

async function tasksDone(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^photo_timeline_task_tries_total\{task="make-variants",outcome="done"\} (\d+)/m.exec(text)?.[1] ?? 0);
}
