import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../process/support.ts';
import { picture } from '../support/picture.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { median } from './alternate.ts';
import { cpuTime } from './cpu-time.ts';
import type { Figure } from './figure.ts';
import { HOSTILE_KINDS, hostilePictures } from './hostile-pictures.ts';
import { startTimeline } from './photo-library.ts';
import { memoryOf } from './process-memory.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';

const AT_ONCE = 6;
const FLOOD = 250;
const PROBES = 8;
/** Between two looks at a fresh photo, in milliseconds. */
const PAUSE = 200;

type Variants = Record<'thumb' | 'small' | 'medium' | 'large', { url: string }>;

/**
 * What small files that are dear to decode, and floods of conversions, do to the memory of the program and to another
 * user. All kinds of files are tried, or the one that HOSTILE names.
 */
export async function measureHostile(scope: AsyncDisposableStack): Promise<Figure[]> {
  const named = process.env['HOSTILE'];
  const figures: Figure[] = [];
  for (const kind of named === undefined ? HOSTILE_KINDS : [named]) figures.push(...(await attackWith(scope, kind)));
  return [...figures, await measureFairness(scope), await measureSharing(scope)];
}

/** Six hostile pictures at once, all asked for in one format, and a user beside them who looks at fresh photos. */
async function attackWith(scope: AsyncDisposableStack, kind: string): Promise<Figure[]> {
  const files = await hostilePictures(kind, AT_ONCE);
  const alone = await decodeAlone(scope, files[0]!);
  const program = await startTimeline(scope);
  const [ana, ben] = [await signUp(program.url, 'ana'), await signUp(program.url, 'ben')];
  await freshThumb(program, ben);
  const atRest: number[] = [];
  for (let probe = 0; probe < PROBES; probe++) atRest.push(await freshThumb(program, ben));

  await send(program, ana, files);
  const photos = await variantsOf(ana);
  const asked = photos.map(({ medium }) => statusOf(`${program.url}${medium.url}&format=webp`));
  const { values: beside, outcome: replies } = await whileRunning(Promise.all(asked), () => freshThumb(program, ben));
  const statuses = [...new Set(replies)];
  const what = `${AT_ONCE} ${kind} of 60 MP in ${files[0]!.length} bytes each, asked for as WebP at once`;
  return [
    {
      name: `hostile-${kind}`,
      what: `peak memory of the program; ${what}, answered ${statuses.join(', ')}`,
      value: await memoryOf(program.process.pid, 'VmHWM'),
      unit: 'MiB',
      reference: { what: 'bare sharp decoding one of them', value: alone.peakMiB },
      aim: { is: 'at most', ratio: kind === 'avif' ? 1.4 : 4 },
    },
    {
      name: `beside-${kind}`,
      what: `slowest of ${beside.length} fresh thumbs of another user; ${what}; ${median(atRest).toFixed(0)} ms at rest`,
      value: Math.max(...beside),
      unit: 'ms',
      reference: { what: 'bare sharp decoding one of them', value: alone.ms },
      aim: { is: 'at most', ratio: kind === 'avif' ? 0.4 : 1 },
    },
  ];
}

/** One user asks for 250 conversions at once; another one asks for one after the other meanwhile. */
async function measureFairness(scope: AsyncDisposableStack): Promise<Figure> {
  const program = await startTimeline(scope);
  const [ana, ben] = [await signUp(program.url, 'ana'), await signUp(program.url, 'ben')];
  const photos = (count: number) =>
    Promise.all(Array.from({ length: count }, () => picture({ width: 1600, height: 1200 })));
  await send(program, ana, await photos(FLOOD / 5));
  await send(program, ben, await photos(2 * PROBES));
  const own = await variantsOf(ben);
  const convert = async () => {
    const [status, ms] = await timed(`${program.url}${own.pop()?.medium.url}&format=avif`);
    if (status !== 200) throw new Error(`The conversion of a user beside a flood was answered with ${status}.`);
    return ms;
  };
  const alone: number[] = [];
  for (let probe = 0; probe < PROBES; probe++) alone.push(await convert());
  const flood = (await variantsOf(ana)).flatMap(({ thumb, small, medium }) =>
    ['thumb-avif', 'small-avif', 'medium-avif', 'small-webp', 'medium-webp'].map((wanted) => {
      const [size, format] = wanted.split('-') as ['thumb' | 'small' | 'medium', string];
      return statusOf(`${program.url}${{ thumb, small, medium }[size].url}&format=${format}`);
    }),
  );
  const beside: number[] = [];
  for (let probe = 0; probe < PROBES; probe++) beside.push(await convert());
  const statuses = Map.groupBy(await Promise.all(flood), (status) => status);
  const told = [...statuses].map(([status, replies]) => `${replies.length} x ${status}`).join(', ');
  return {
    name: 'fair-conversions',
    what: `an AVIF of another user beside ${flood.length} conversions that one user asks for at once (${told})`,
    value: median(beside),
    unit: 'ms',
    reference: { what: 'the same without them', value: median(alone) },
    // Both cores are busy with the flood, and one decode of it in each place comes first.
    aim: { is: 'at most', ratio: 4 },
  };
}

/** All nine sizes and formats that are made on demand, asked of one photo at once. */
async function measureSharing(scope: AsyncDisposableStack): Promise<Figure> {
  const program = await startTimeline(scope);
  const ana = await signUp(program.url, 'ana');
  await send(program, ana, await hostilePictures('avif', 2));
  const [one, other] = await variantsOf(ana);
  const { pid } = program.process;
  const cost = async (paths: string[]) => {
    const before = await cpuTime(pid);
    const replies = await Promise.all(paths.map((path) => statusOf(`${program.url}${path}`)));
    if (replies.some((status) => status !== 200)) throw new Error('A size of a photo was refused.');
    return (await cpuTime(pid)) - before;
  };
  const sizes = Object.values(other!);
  await cost([one!.thumb.url, other!.thumb.url]);
  const single = await cost([`${one!.thumb.url}&format=webp`]);
  return {
    name: 'shared-decode',
    what: 'CPU time of all nine sizes and formats of one AVIF of 60 MP, asked for at once',
    value: await cost([
      `${other!.large.url}&format=jpeg`,
      ...['webp', 'avif'].flatMap((format) => sizes.map(({ url }) => `${url}&format=${format}`)),
    ]),
    unit: 's',
    reference: { what: 'one of them', value: single },
    aim: { is: 'at most', ratio: 2 },
  };
}

/** Uploads a photo and looks at its thumb at once; how long the looking takes, in milliseconds. */
async function freshThumb(program: Running, user: TestUser): Promise<number> {
  await send(program, user, [await picture()]);
  const [newest] = await variantsOf(user);
  const [status, ms] = await timed(`${program.url}${newest?.thumb.url}`);
  if (status !== 200) throw new Error(`The thumb of a fresh photo was answered with ${status}.`);
  return ms;
}

async function timed(url: string): Promise<[status: number, ms: number]> {
  const started = performance.now();
  return [await statusOf(url), performance.now() - started];
}

/** Not by fetch(), which gives up after five minutes: a slow machine may take longer for six hostile pictures. */
async function statusOf(url: string): Promise<number> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  await buffer(response);
  return response.statusCode ?? 0;
}

async function send({ url }: Running, { token }: TestUser, files: Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const file of files) await upload({ url, token, agent }, [file]);
  agent.destroy();
}

/** The sizes of a user's photos, the newest first. */
async function variantsOf(user: TestUser): Promise<Variants[]> {
  const { body } = await user.get('/v1/timeline?limit=200').expect(200);
  return (body as { items: { variants: Variants }[] }).items.map(({ variants }) => variants);
}

/** Measures again and again until `work` has ended. */
async function whileRunning<T>(work: Promise<T>, measure: () => Promise<number>) {
  const ended = new AbortController();
  void work.catch(() => undefined).then(() => ended.abort());
  const values: number[] = [];
  while (!ended.signal.aborted) {
    values.push(await measure());
    await pause(PAUSE);
  }
  return { values, outcome: await work };
}

/** What one decode takes in a process of its own. */
async function decodeAlone(scope: AsyncDisposableStack, bytes: Buffer): Promise<{ peakMiB: number; ms: number }> {
  const file = join(await temporaryFolder(scope), 'hostile');
  await writeFile(file, bytes);
  const child = fork(join(import.meta.dirname, 'hostile.child.ts'), [file]);
  const [measured] = (await once(child, 'message')) as [{ peakMiB: number; ms: number }];
  await once(child, 'exit');
  return measured;
}
