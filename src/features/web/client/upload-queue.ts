import { digestOf } from './ask-worker.ts';
import { Passing, SignedOut } from './upload-api.ts';
import { checkDigests, endSession, FORM_LIMIT, uploadFile, type Placed } from './upload-file.ts';

/** Files that are sent at the same time. */
const AT_ONCE = 3;
/** Digests of one check at the most. */
const CHECK_LIMIT = 100;
/** Failures without a byte of progress after which only the person tries again. */
const MOST_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

const UNREADABLE = 'This file has changed or is gone. Choose it again.';

/**
 * `waiting` for its turn, `sending`, `done`, `failed` for good, `offline` until the network is back, `signed-out` until the
 * person has signed in, `missing` until the person has chosen the file again, `cancelled`.
 */
type UploadState = 'waiting' | 'sending' | 'done' | 'failed' | 'offline' | 'signed-out' | 'missing' | 'cancelled';

export interface Upload {
  /** Also the idempotency key of the request. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly caption: string;
  readonly alt: string;
  file: File | undefined;
  sha256: string | undefined;
  /** Whether the service has said that it does not have the file. */
  isChecked: boolean;
  state: UploadState;
  /** Why it failed or waits, for people. */
  words: string;
  /** Bytes that have arrived. */
  sent: number;
  /** When and from which byte on the present attempt sends. */
  since: { at: number; from: number };
  placed: Placed | undefined;
  attempts: number;
  stop: AbortController;
}

export const isActive = ({ state }: Upload) => !['done', 'failed', 'cancelled'].includes(state);

/** Sends files: hashes them ahead, asks which of them the service has, and sends the others, a few at once. */
export class UploadQueue {
  readonly uploads: Upload[] = [];
  readonly #onChange: (upload: Upload) => void;
  #isPreparing = false;
  /** Until when nothing is sent, on the clock of `performance.now()`: the network has failed for all. */
  #heldUntil = 0;

  /** @param onChange Is told of every change of an upload. */
  constructor(onChange: (upload: Upload) => void) {
    this.#onChange = onChange;
  }

  add(uploads: readonly Upload[]): void {
    for (const upload of uploads) {
      this.uploads.push(upload);
      this.#onChange(upload);
    }
    this.#next();
  }

  retry(upload: Upload): void {
    upload.attempts = 0;
    this.#set(upload, 'waiting');
    this.#next();
  }

  cancel(upload: Upload): void {
    const { sha256, size, since } = upload;
    upload.stop.abort(new DOMException('Cancelled', 'AbortError'));
    this.#set(upload, 'cancelled');
    // If the session cannot be ended now, it expires.
    if (sha256 !== undefined && size > FORM_LIMIT && since.from >= 0) endSession(sha256).catch(() => undefined);
    this.#next();
  }

  /** Stops all and forgets them: another person uses the browser now. */
  clear(): void {
    for (const { stop } of this.uploads) stop.abort(new DOMException('Signed out', 'AbortError'));
    for (const upload of this.uploads.splice(0)) upload.state = 'cancelled';
  }

  /** Gives an upload its file again. Another file than before is refused. */
  async supply(upload: Upload, file: File): Promise<void> {
    const isSame = file.size === upload.size && (await sameDigest(upload, file));
    if (isSame) Object.assign(upload, { file });
    this.#set(upload, isSame ? 'waiting' : 'missing', isSame ? '' : 'That is another file. Choose this one again.');
    this.#next();
  }

  /** Goes on with what has waited in this state. */
  wake(state: UploadState): void {
    for (const upload of this.uploads.filter((each) => each.state === state)) this.#set(upload, 'waiting');
    this.#next();
  }

  forgetEnded(): void {
    this.uploads.splice(0, Infinity, ...this.uploads.filter(isActive));
  }

  #next(): void {
    if (performance.now() < this.#heldUntil) return;
    void this.#prepare();
    this.#sendReady();
  }

  #sendReady(): void {
    const sending = this.uploads.filter(({ state }) => state === 'sending').length;
    for (const upload of this.uploads.filter(isReady).slice(0, AT_ONCE - sending)) void this.#send(upload);
  }

  /** Hashes files ahead and checks several together, so that files which are there already are not sent. */
  async #prepare(): Promise<void> {
    if (this.#isPreparing) return;
    this.#isPreparing = true;
    const hashed: Upload[] = [];
    // The first file need not wait for others. If many are there already, few checks follow.
    let wanted = 1;
    for (let upload = this.#unprepared(hashed); upload; upload = this.#unprepared(hashed)) {
      if (await this.#hash(upload)) hashed.push(upload);
      const isIdle = this.uploads.filter(isReadyOrSending).length < AT_ONCE;
      if (hashed.length < (isIdle ? wanted : CHECK_LIMIT) && this.#unprepared(hashed)) continue;
      await this.#check(hashed.splice(0));
      wanted = Math.min(2 * wanted, CHECK_LIMIT);
      this.#sendReady();
    }
    this.#isPreparing = false;
    this.#sendReady();
  }

  #unprepared = (hashed: readonly Upload[]) =>
    this.uploads.find((upload) => upload.state === 'waiting' && !upload.isChecked && !hashed.includes(upload));

  /** Whether the upload has a digest and still waits. */
  async #hash(upload: Upload): Promise<boolean> {
    try {
      if (upload.file && upload.sha256 === undefined) upload.sha256 = await digestOf(upload.file);
      if (upload.file && upload.state === 'waiting') return true;
      if (!upload.file) this.#set(upload, 'missing');
    } catch (error) {
      if (upload.state !== 'waiting') return false;
      // Without a worker the file goes without a check. Without network the worker cannot be loaded.
      if ((error as Error).name !== 'NotSupportedError') this.#set(upload, 'missing', UNREADABLE);
      else if (navigator.onLine) upload.isChecked = true;
      else this.#stopAll(upload, 'offline');
    }
    return false;
  }

  async #check(hashed: readonly Upload[]): Promise<void> {
    const waiting = hashed.filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return;
    const digests = waiting.map(({ sha256 = '' }) => sha256);
    try {
      const known = await checkDigests([...new Set(digests)], new AbortController().signal);
      for (const upload of waiting.filter(({ state }) => state === 'waiting')) {
        const found = known.get(upload.sha256 ?? '');
        upload.isChecked = true;
        if (found?.status === 'present') this.#place(upload, { outcome: 'duplicate', photo: found.id ?? '' });
        else this.#onChange(upload);
      }
    } catch (error) {
      for (const upload of waiting) this.#fail(upload, error as Error);
    }
  }

  async #send(upload: Upload): Promise<void> {
    const { file, id: key, sha256, caption, alt } = upload;
    if (!file) return this.#set(upload, 'missing');
    upload.stop = new AbortController();
    const { signal } = upload.stop;
    upload.since = { at: performance.now(), from: -1 };
    this.#set(upload, 'sending');
    const onBytes = (bytes: number) => this.#progress(upload, bytes);
    try {
      const send = () => uploadFile({ file, key, sha256, caption, alt, signal, onBytes });
      this.#place(upload, await alone(sha256, signal, send));
    } catch (error) {
      if (await isReadable(file)) this.#fail(upload, error as Error);
      else if (upload.state === 'sending') this.#set(upload, 'missing', UNREADABLE);
    }
    this.#next();
  }

  #progress(upload: Upload, bytes: number): void {
    if (upload.state !== 'sending') return;
    upload.sent = Math.min(bytes, upload.size);
    if (upload.since.from < 0) upload.since = { at: performance.now(), from: upload.sent };
    if (upload.sent > upload.since.from) upload.attempts = 0;
    this.#onChange(upload);
  }

  #place(upload: Upload, placed: Placed): void {
    if (upload.state === 'cancelled') return;
    Object.assign(upload, { placed, sent: upload.size });
    this.#set(upload, 'done');
  }

  #fail(upload: Upload, error: Error): void {
    if (upload.state !== 'sending' && upload.state !== 'waiting') return;
    if (error instanceof SignedOut) return this.#stopAll(upload, 'signed-out');
    if (!navigator.onLine) return this.#stopAll(upload, 'offline');
    if (!(error instanceof Passing) || upload.attempts === MOST_ATTEMPTS)
      return this.#set(upload, 'failed', error.message);
    const delayMs = error.retryAfterMs ?? Math.min(FIRST_RETRY_MS * 2 ** upload.attempts, LONGEST_RETRY_MS);
    upload.attempts++;
    this.#set(upload, 'offline', `${error.message} Trying again soon.`);
    if (error.concernsAll) this.#heldUntil = performance.now() + delayMs;
    setTimeout(() => {
      if (upload.state === 'offline') this.#set(upload, 'waiting');
      this.#next();
    }, delayMs);
  }

  /** What stops one upload stops those that wait, too. */
  #stopAll(upload: Upload, state: 'offline' | 'signed-out'): void {
    for (const each of [upload, ...this.uploads.filter((other) => other.state === 'waiting')]) this.#set(each, state);
  }

  #set(upload: Upload, state: UploadState, words = ''): void {
    Object.assign(upload, { state, words });
    this.#onChange(upload);
  }
}

const isReady = ({ state, isChecked }: Upload) => state === 'waiting' && isChecked;

const isReadyOrSending = (upload: Upload) => upload.state === 'sending' || isReady(upload);

async function sameDigest(upload: Upload, file: File): Promise<boolean> {
  try {
    const sha256 = await digestOf(file);
    if (upload.sha256 !== undefined && upload.sha256 !== sha256) return false;
    upload.sha256 = sha256;
    return true;
  } catch {
    return false;
  }
}

const isReadable = (file: File) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/**
 * Sends the bytes of one digest only once at a time, over all tabs. What has waited for the same bytes of another upload
 * finds them there. Without locks, on plain HTTP, the service recognizes the second photo.
 */
async function alone(sha256: string | undefined, signal: AbortSignal, send: () => Promise<Placed>): Promise<Placed> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks || sha256 === undefined) return send();
  const name = `sending-${sha256}`;
  const sent = await locks.request(name, { ifAvailable: true }, (lock) => lock && send());
  if (sent) return sent;
  return locks.request(name, { signal }, async () => {
    const known = (await checkDigests([sha256], signal)).get(sha256);
    return known?.status === 'present' ? { outcome: 'duplicate', photo: known.id ?? '' } : send();
  });
}
