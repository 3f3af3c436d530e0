import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoTimelineClient, PhotoTimelineError } from '../../client/index.ts';
import { keepAlbum, removeAlbum, writeAlbumLists } from './album-lists.ts';
import { endsTakeout, explainTakeoutFault, TakeoutFault } from './explain.ts';
import { ManifestFile, readManifestPage, type ExportedPhoto, type ManifestPage } from './manifest.ts';
import type { Progress } from './progress.ts';
import { removePhoto } from './removed-files.ts';
import { newReport, type TakeoutReport } from './report.ts';
import { namePhoto, PARTIAL_FOLDER, savePhoto } from './save-photo.ts';
import { TakeoutState } from './state.ts';

interface TakeoutInput {
  folder: string;
  service: string;
  token: string;
}

/** What the parts of a run share. */
export interface TakeoutRun {
  folder: string;
  /** Where addresses of originals begin that have no host. */
  service: string;
  client: PhotoTimelineClient;
  state: TakeoutState;
  report: TakeoutReport;
  progress: Progress;
  /** Aborts when the run cannot go on. */
  signal: AbortSignal;
}

/** Files that are fetched at the same time. */
const PARALLEL = 4;

/** Photos of earlier runs that are read again before their files are fetched: their addresses end in hours. */
const RETRIED_TOGETHER = 100;

/**
 * Brings a folder up to date with an account: all of it at first, later what has changed since.
 * @throws TakeoutFault, PhotoTimelineError, or an error of the disk: the next run goes on where this one stopped
 */
export async function takeOut({ folder, service, token }: TakeoutInput, progress: Progress): Promise<TakeoutReport> {
  const client = new PhotoTimelineClient({ service, token });
  // A wrong address or key is told at once.
  const { id: account, usage } = await new PhotoTimelineClient({ service, token, attempts: 2 }).call('get /v1/me');
  const state = new TakeoutState(folder);
  const stop = new AbortController();
  const run = { folder, service, client, state, report: newReport(), progress, signal: stop.signal };
  try {
    requireSameAccount(run, account);
    await rm(join(folder, PARTIAL_FOLDER), { recursive: true, force: true });
    await mkdir(join(folder, PARTIAL_FOLDER));
    progress.expect({ photos: usage.photos, bytes: usage.bytes }, state.totals());
    await readPages(run, stop);
    await retryUnsaved(run, stop);
    await writeAlbumLists(run);
    await rm(join(folder, PARTIAL_FOLDER), { recursive: true, force: true });
    return { ...run.report, total: state.totals() };
  } finally {
    state.close();
  }
}

function requireSameAccount({ state, folder }: TakeoutRun, account: string): void {
  const earlier = state.setting('account');
  if (earlier === undefined) state.set({ account });
  else if (earlier !== account)
    throw new TakeoutFault(`${folder} holds the takeout of another account. Choose another folder.`);
}

async function readPages(run: TakeoutRun, stop: AbortController): Promise<void> {
  const { folder, state } = run;
  const manifest = await ManifestFile.open(folder, Number(state.setting('manifestBytes') ?? 0));
  try {
    for (let more = true; more;) {
      const page = await nextPage(run);
      await followPage(run, page, stop);
      const manifestBytes = await manifest.append(page.text);
      // Only now does the page count as done: a run that is killed before reads it again.
      state.set({ token: page.token, manifestBytes });
      ({ more } = page);
    }
  } finally {
    await manifest.close();
  }
  if (state.setting('isWholeRead') === '1') await removeUnmet(run);
}

/** A server that cannot go on from the token of this folder is asked for the whole manifest. */
async function nextPage({ client, state }: TakeoutRun): Promise<ManifestPage> {
  const token = state.setting('token') || undefined;
  if (token === undefined && state.setting('isWholeRead') !== '1') beginWholeRead(state);
  try {
    return await readManifestPage(client, token);
  } catch (error) {
    if (token === undefined || !(error instanceof PhotoTimelineError) || !RESTARTING.has(error.code)) throw error;
    beginWholeRead(state);
    return readManifestPage(client, undefined);
  }
}

const RESTARTING: ReadonlySet<string> = new Set(['resync', 'cursor-invalid']);

const beginWholeRead = (state: TakeoutState) => state.set({ round: roundOf(state) + 1, isWholeRead: 1, token: '' });

const roundOf = (state: TakeoutState) => Number(state.setting('round') ?? 0);

async function followPage(run: TakeoutRun, page: ManifestPage, stop: AbortController): Promise<void> {
  const round = roundOf(run.state);
  for (const album of page.albums) await keepAlbum(run, album, round);
  for (const id of page.goneAlbums) await removeAlbum(run, id);
  // Names are given in the order of the manifest, before files arrive in any order.
  for (const photo of page.photos) await namePhoto(run, photo, round);
  await saveAll(run, page.photos, stop);
  for (const id of page.gonePhotos) await removePhoto(run, id);
}

async function saveAll(run: TakeoutRun, photos: readonly ExportedPhoto[], stop: AbortController): Promise<void> {
  const queue = photos.values();
  const worker = async () => {
    for (const photo of queue) {
      if (stop.signal.aborted) return;
      await saveOne(run, photo, stop);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  if (stop.signal.aborted) throw stop.signal.reason;
}

/** A photo that fails is in the report and is tried again by the next run. */
async function saveOne(run: TakeoutRun, photo: ExportedPhoto, stop: AbortController): Promise<void> {
  try {
    await savePhoto(run, photo);
    run.report.failures.delete(photo.id);
  } catch (error) {
    if (endsTakeout(error)) stop.abort(error);
    noteFailure(run, photo.id, error);
  }
}

/** Fetches what earlier runs could not. */
async function retryUnsaved(run: TakeoutRun, stop: AbortController): Promise<void> {
  const ids = run.state.unsaved().filter((id) => !run.report.failures.has(id));
  for (let at = 0; at < ids.length; at += RETRIED_TOGETHER) {
    const photos: ExportedPhoto[] = [];
    for (const id of ids.slice(at, at + RETRIED_TOGETHER)) {
      const photo = await run.client.call('get /v1/photos/{id}', { path: { id } }).catch((error: unknown) => {
        if (endsTakeout(error)) throw error;
        noteFailure(run, id, error);
      });
      if (photo) photos.push(photo);
    }
    await saveAll(run, photos, stop);
  }
}

function noteFailure({ state, report }: TakeoutRun, id: string, error: unknown): void {
  report.failures.set(id, { path: state.photo(id)?.path ?? id, reason: explainTakeoutFault(error) });
}

/** What a whole manifest does not name was deleted longer ago than the feed tells. */
async function removeUnmet(run: TakeoutRun): Promise<void> {
  const { photos, albums } = run.state.unmet(roundOf(run.state));
  for (const id of photos) await removePhoto(run, id);
  for (const id of albums) await removeAlbum(run, id);
  run.state.set({ isWholeRead: 0 });
}
