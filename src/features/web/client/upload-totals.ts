import type { Upload } from './upload-queue.ts';
import { writeBytes } from './upload-row.ts';

/** The speed is that of the last seconds. */
const WINDOW_MS = 5000;

const NO_ROOM = 'This browser has no more room to remember these files. Keep this page open until they are uploaded.';

/** How many uploads are done, how fast they are, and how long the rest takes. */
export class UploadTotals {
  readonly element = document.createElement('div');
  readonly #line = document.createElement('p');
  readonly #note = Object.assign(document.createElement('p'), { className: 'hint', hidden: true });
  readonly #bar = document.createElement('progress');
  /** Bytes that had arrived at a time. */
  #samples: { at: number; bytes: number }[] = [];

  constructor() {
    this.#bar.setAttribute('aria-label', 'All uploads');
    this.#note.textContent = NO_ROOM;
    this.element.append(this.#line, this.#bar, this.#note);
  }

  get text(): string {
    return this.#line.textContent;
  }

  show(uploads: readonly Upload[], isFull: boolean): void {
    const counted = uploads.filter(({ state }) => state !== 'cancelled');
    const done = counted.filter(({ state }) => state === 'done').length;
    const failed = counted.filter(({ state }) => state === 'failed').length;
    const sum = (bytesOf: (upload: Upload) => number) => counted.reduce((bytes, upload) => bytes + bytesOf(upload), 0);
    const size = sum((upload) => upload.size);
    const arrived = sum(({ sent, placed }) => (placed?.outcome === 'duplicate' ? 0 : sent));
    const known = sum(({ sent }) => sent);
    const isBusy = counted.some(({ state }) => state === 'sending');
    this.#line.textContent = [
      `${done} of ${counted.length} uploaded`,
      failed > 0 && `${failed} refused`,
      `${writeBytes(known)} of ${writeBytes(size)}`,
      isBusy && this.#pace(arrived, size - known),
    ]
      .filter(Boolean)
      .join(', ');
    Object.assign(this.#bar, { max: Math.max(size, 1), value: known });
    this.#bar.hidden = !isBusy;
    this.#note.hidden = !isFull || done + failed === counted.length;
  }

  #pace(arrived: number, left: number): string {
    const now = performance.now();
    this.#samples = [...this.#samples.filter(({ at }) => now - at < WINDOW_MS), { at: now, bytes: arrived }];
    const [first] = this.#samples;
    const seconds = first ? (now - first.at) / 1000 : 0;
    const speed = first && seconds > 0.5 ? (arrived - first.bytes) / seconds : 0;
    return speed > 0 ? `${writeBytes(speed)} a second, ${writeTime(left / speed)} left` : '';
  }
}

function writeTime(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
