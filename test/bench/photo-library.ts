import { readFileSync } from 'node:fs';
import { startProgram, type Running } from '../process/support.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { openBulkStore } from './bulk-store.ts';
import { intoStore } from './load-target.ts';
import { loadPhotos } from './many-photos.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The running program with one user who has many photos. */
export interface PhotoLibrary {
  url: string;
  user: TestUser;
  /** What makes a request the user's. */
  headers: { Authorization: string };
  /** Milliseconds of CPU that the program has used so far, its local cloud included. */
  cpuMs(): number;
  /** How long it took to write the photos, in seconds. */
  loadedIn: number;
}

/** The program on a folder of its own, stopped with the measurement. */
export async function startTimeline(
  scope: AsyncDisposableStack,
  { dataDir, env }: { dataDir?: string; env?: Record<string, string> } = {},
): Promise<Running> {
  const program = await startProgram(dataDir ?? (await temporaryFolder(scope)), env);
  scope.defer(() => program.stop('SIGTERM').then(() => undefined));
  return program;
}

/** Fills a folder with a user's `count` photos and starts the program on it. */
export async function startLibrary(scope: AsyncDisposableStack, count: number): Promise<PhotoLibrary> {
  const dataDir = await temporaryFolder(scope);
  const program = await startProgram(dataDir);
  await signUp(program.url, NAME);
  await program.stop('SIGTERM');

  const store = await openBulkStore(dataDir);
  const started = performance.now();
  await loadPhotos(intoStore(store), NAME, count);
  store.close();
  const loadedIn = (performance.now() - started) / 1000;

  const { url, process: child } = await startTimeline(scope, { dataDir });
  const user = await signUp(url, NAME);
  const cpuMs = () => cpuOf(child.pid ?? 0);
  return { url, user, headers: { Authorization: `Bearer ${user.token}` }, cpuMs, loadedIn };
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

/** Paths of at least `wanted` pages of 50 photos, spread over a whole library of `count`. */
export async function pagesThroughout({ user }: PhotoLibrary, count: number, wanted: number): Promise<string[]> {
  const step = Math.min(200, Math.max(1, Math.floor(count / wanted)));
  const paths: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = (await user.get(`/v1/timeline?limit=${step}${cursor ? `&cursor=${cursor}` : ''}`).expect(200)) as {
      body: Page;
    };
    cursor = body.next;
    if (cursor) paths.push(`/v1/timeline?limit=50&cursor=${cursor}`);
  } while (cursor);
  const every = Math.max(1, Math.floor(paths.length / wanted));
  return paths.filter((_, index) => index % every === 0);
}

/** Changes one photo: every page that was handed out before is out of date from now on. */
export async function outdatePages({ user }: PhotoLibrary): Promise<void> {
  const { body } = (await user.get('/v1/timeline?limit=1').expect(200)) as { body: Page };
  await user
    .patch(`/v1/photos/${body.items[0]?.id}`)
    .send({ caption: `Changed at ${Date.now()}` })
    .expect(200);
}
