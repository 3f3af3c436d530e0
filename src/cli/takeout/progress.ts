import type { WriteStream } from 'node:tty';
import { duration, size } from './report.ts';

interface Amount {
  photos: number;
  bytes: number;
}

/** Tells a person how far the run is. */
export interface Progress {
  /** Says what the account holds, and how much of it the folder has. */
  expect(account: Amount, folder: Amount): void;
  addBytes(bytes: number): void;
  addPhoto(): void;
  end(): void;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 250;
const LINE_MS = 10_000;

/** A bar that is drawn again in its line on a terminal, and a plain line every ten seconds elsewhere. */
export function showProgress(out: Pick<WriteStream, 'write' | 'columns'> & { isTTY?: boolean }): Progress {
  const startedAtMs = Date.now();
  const done = { photos: 0, bytes: 0 };
  let expected = { photos: 0, bytes: 0 };
  let isShown = false;
  const words = () => progressWords(done, expected, (Date.now() - startedAtMs) / 1000);
  const show = () => {
    if (done.bytes === 0) return;
    isShown = true;
    if (out.isTTY) out.write(`\r\x1b[K${`${barOf(done, expected)} ${words()}`.slice(0, (out.columns || 80) - 1)}`);
    else out.write(`${words()}\n`);
  };
  const timer = setInterval(show, out.isTTY ? REDRAW_MS : LINE_MS);
  timer.unref();
  return {
    expect(account, folder) {
      expected = { photos: account.photos - folder.photos, bytes: account.bytes - folder.bytes };
    },
    addBytes: (bytes) => void (done.bytes += bytes),
    addPhoto: () => void done.photos++,
    end() {
      clearInterval(timer);
      if (out.isTTY && isShown) out.write('\r\x1b[K');
      isShown = false;
    },
  };
}

/** The account counts bytes in its trash, too. So the rest is an upper bound, and the number of photos ends the bar. */
function shareDone(done: Amount, expected: Amount): number | undefined {
  if (expected.photos <= 0 || expected.bytes <= 0) return undefined;
  return Math.min(1, Math.max(done.bytes / expected.bytes, done.photos / expected.photos));
}

function barOf(done: Amount, expected: Amount): string {
  const share = shareDone(done, expected);
  if (share === undefined) return '';
  const full = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}]`;
}

function progressWords(done: Amount, expected: Amount, seconds: number): string {
  const share = shareDone(done, expected);
  const of = share === undefined ? '' : ` of ${expected.photos.toLocaleString('en')}`;
  const left = share === undefined || share === 0 ? [] : [`${duration((seconds * (1 - share)) / share)} left`];
  const photos = `${done.photos.toLocaleString('en')}${of} photos`;
  return [photos, size(done.bytes), `${size(done.bytes / Math.max(seconds, 1))}/s`, ...left].join(' · ');
}
