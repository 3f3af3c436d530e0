import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProgram, type Running } from '../process/support.ts';
import type { Photo } from '../../src/data/model/records.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { openBulkStore } from './bulk-store.ts';
import { intoStore, type LoadTarget } from './load-target.ts';
import { loadPhotos, SIXTEEN_YEARS } from './many-photos.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The running program with one user who has many photos. */
export interface PhotoLibrary {
  url: string;
  user: TestUser;
  photos: number;
  /** What makes a request the user's. */
  headers: { Authorization: string };
  /** Milliseconds of CPU that the program has used so far, its local cloud included. */
  cpuMs(): number;
  /** How long it took to write the photos, in seconds. */
  loadedIn: number;
}

/** The program on a folder of its own, without rate limits, stopped with the measurement. */
export async function startTimeline(
  scope: AsyncDisposableStack,
  { dataDir, env }: { dataDir?: string; env?: Record<string, string> } = {},
): Promise<Running> {
  const program = await startProgram(dataDir ?? (await temporaryFolder(scope)), { RATE_LIMITS: 'off', ...env });
  scope.defer(() => program.stop('SIGTERM').then(() => undefined));
  return program;
}

/** Photos of another kind than the usual ones, and the name under which their library is kept. */
interface Kind {
  name: string;
  photoOf?(photo: Photo, index: number): Photo;
  /** Where they are written. */
  target?(target: LoadTarget): LoadTarget;
}

/** Starts the program on a folder with a user's `count` photos. */
export async function startLibrary(scope: AsyncDisposableStack, count: number, kind?: Kind): Promise<PhotoLibrary> {
  const dataDir = KEPT ? join(KEPT, `${kind?.name ?? 'photos'}-${count}`) : await temporaryFolder(scope);
  const note = join(dataDir, 'filled-in');
  if (!existsSync(note)) await writeFile(note, String(await fill(dataDir, count, kind)));
  const loadedIn = Number(await readFile(note, 'utf8'));
  const { url, process: child } = await startTimeline(scope, { dataDir });
  const user = await signUp(url, NAME);
  const cpuMs = () => cpuOf(child.pid ?? 0);
  return { url, user, photos: count, headers: { Authorization: `Bearer ${user.token}` }, cpuMs, loadedIn };
}

/** Where libraries stay for the next run; each run fills folders of its own unless this is set. */
const KEPT = process.env['BENCH_LIBRARIES'];

/** Writes a user with so many photos; how long the photos took, in seconds. */
async function fill(dataDir: string, count: number, kind: Kind | undefined): Promise<number> {
  const program = await startProgram(dataDir);
  await signUp(program.url, NAME);
  await program.stop('SIGTERM');
  const store = await openBulkStore(dataDir);
  const started = performance.now();
  const target = kind?.target?.(intoStore(store)) ?? intoStore(store);
  await loadPhotos(target, NAME, count, SIXTEEN_YEARS, kind?.photoOf);
  store.close();
  return (performance.now() - started) / 1000;
}

const NAME = 'ana';

/** User and system time of a process on Linux, which counts them in hundredths of a second (proc(5), stat). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return 10 * (user + system);
}

interface Page {
  items: { id: string }[];
  next: string | null;
}

/** Paths of pages of 50 photos that begin close to each other, at this part of a library: 0 is its start, 1 its end. */
export async function pagesAt({ user, photos }: PhotoLibrary, depth: number, pages: number): Promise<string[]> {
  const step = Math.min(20, Math.max(1, Math.floor(photos / (3 * pages))));
  const newer = depth * (photos - step * (pages + 1) - 50);
  const { first, last } = SIXTEEN_YEARS;
  const from = new Date(last - (newer / photos) * (last - first)).toISOString().slice(0, 10);
  const paths: string[] = [];
  for (let next = `from=${from}`; paths.length < pages;) {
    const { body } = (await user.get(`/v1/timeline?limit=${step}&${next}`).expect(200)) as { body: Page };
    next = `cursor=${body.next}`;
    paths.push(`/v1/timeline?limit=50&${next}`);
  }
  return paths;
}

/** Changes one photo: every page that was handed out before is out of date from now on. */
export async function outdatePages({ user }: PhotoLibrary): Promise<void> {
  const { body } = (await user.get('/v1/timeline?limit=1').expect(200)) as { body: Page };
  await user
    .patch(`/v1/photos/${body.items[0]?.id}`)
    .send({ caption: `Changed at ${Date.now()}` })
    .expect(200);
}
