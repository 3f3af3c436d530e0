import { announce } from './announce.ts';
import { startWorker } from './ask-worker.ts';
import { chooseFiles } from './choose-files.ts';
import { onPerson } from './person.ts';
import type { Texts } from './start-uploads.ts';
import { UploadKeeper, type LeftUpload } from './upload-keeper.ts';
import { thisPage } from './upload-pages.ts';
import { isActive, UploadQueue, type Upload } from './upload-queue.ts';
import { button, UploadRow } from './upload-row.ts';
import { UploadTotals } from './upload-totals.ts';

/** How long changes wait until they are shown together, in milliseconds. */
const SHOW_DELAY_MS = 100;
/** Files that one task adds, so that no task is long. */
const FILES_AT_ONCE = 50;
/** Rows that one task makes or brings up to date, so that no task is long. */
const ROWS_AT_ONCE = 20;

let tray: UploadPanel | undefined;

/** Returns the tray of the page. The first call shows it, with the uploads that earlier pages have left. */
export function showTray(person: string): UploadPanel {
  tray ??= new UploadPanel(person);
  return tray;
}

/** The tray: a row for each upload, the totals, and what concerns all uploads. */
class UploadPanel {
  readonly #keeper: UploadKeeper;
  readonly #queue = new UploadQueue((upload) => this.#touch(upload));
  readonly #totals = new UploadTotals();
  readonly #rows = new Map<Upload, UploadRow>();
  readonly #touched = new Set<Upload>();
  readonly #inView = new IntersectionObserver((seen) => this.#onSeen(seen));
  readonly #section = document.createElement('section');
  readonly #list = document.createElement('ul');
  readonly #cancelAll = button('Cancel all', '', () => this.#forAll((upload) => this.#queue.cancel(upload), isActive));
  readonly #retryAll = button('Try all again', '', () =>
    this.#forAll((upload) => this.#queue.retry(upload), hasFailed),
  );
  readonly #fold = button('', '', () => this.#showFolded((this.#isFolded = !this.#list.hidden)));
  readonly #close = button('Close', 'uploads', () => this.#hide());
  /** What the person has chosen for the list. */
  #isFolded: boolean | undefined;
  #isShowing = false;
  #told = '';

  constructor(person: string) {
    startWorker();
    this.#keeper = new UploadKeeper(person);
    void this.#keeper.takeOver((left) => this.#goOn(left));
    this.#build();
    addEventListener('online', () => this.#queue.wake('offline'));
    // The person has signed in by another tab and comes back.
    addEventListener('focus', () => this.#queue.wake('signed-out'));
    onPerson((now) => (now === person ? this.#queue.wake('signed-out') : void this.clear()));
    addEventListener('beforeunload', (event) => {
      const isLost = (upload: Upload) => isActive(upload) && upload.file && !this.#keeper.isSafe(upload);
      if (this.#queue.uploads.some(isLost)) event.preventDefault();
    });
  }

  async add(files: readonly File[], texts: Texts): Promise<void> {
    if (files.length > 0) this.#tell(files.length === 1 ? '1 upload has begun' : `${files.length} uploads have begun`);
    for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
      if (start > 0) await new Promise((resolve) => void setTimeout(resolve));
      this.#addSome(files.slice(start, start + FILES_AT_ONCE), texts);
    }
  }

  #addSome(files: readonly File[], texts: Texts): void {
    const uploads: Upload[] = [];
    for (const file of files) {
      const missing = this.#queue.uploads.find(
        ({ state, name, size }) => state === 'missing' && name === file.name && size === file.size,
      );
      if (missing) void this.#queue.supply(missing, file);
      else
        uploads.push(
          newUpload({ ...texts, id: newId(), name: file.name, size: file.size, sha256: undefined, file }, false),
        );
    }
    void this.#keeper.keep(uploads);
    this.#queue.add(uploads);
  }

  /** Forgets all uploads: another person uses the browser now. */
  async clear(): Promise<void> {
    this.#queue.clear();
    this.#hide();
    await this.#keeper.clear();
  }

  #goOn(left: LeftUpload[]): Upload[] {
    const uploads = left.map((each) => newUpload(each, true));
    this.#queue.add(uploads);
    return uploads;
  }

  #build(): void {
    this.#section.className = 'tray panel';
    this.#section.setAttribute('aria-label', 'Uploads');
    const acts = Object.assign(document.createElement('p'), { className: 'acts' });
    acts.append(this.#retryAll, this.#cancelAll, this.#fold, this.#close);
    this.#section.append(this.#totals.element, acts, this.#list);
  }

  #hide(): void {
    this.#section.remove();
    for (const [upload, { element }] of this.#rows) {
      if (isActive(upload)) continue;
      element.remove();
      this.#rows.delete(upload);
    }
    this.#queue.forgetEnded();
  }

  #touch(upload: Upload): void {
    void this.#keeper.follow(upload);
    this.#touched.add(upload);
    if (this.#isShowing) return;
    this.#isShowing = true;
    setTimeout(() => this.#show(), SHOW_DELAY_MS);
  }

  /** Brings some rows and the totals up to date; the next task shows the rest. */
  #show(): void {
    if (!this.#section.isConnected && this.#queue.uploads.length > 0) document.body.append(this.#section);
    for (const upload of [...this.#touched].slice(0, ROWS_AT_ONCE)) {
      this.#touched.delete(upload);
      const row = this.#rows.get(upload);
      if (row) row.show();
      else this.#addRow(upload);
    }
    const { uploads } = this.#queue;
    this.#totals.show(uploads, this.#keeper.isFull);
    this.#showFolded(this.#isFolded ?? (isNarrow.matches && !uploads.some(needsPerson)));
    this.#close.hidden = uploads.some(isActive);
    this.#tellEnd();
    this.#isShowing = this.#touched.size > 0;
    if (this.#isShowing) setTimeout(() => this.#show());
  }

  /** Folded, the tray is a line: what concerns all uploads is left to the list. */
  #showFolded(isFolded: boolean): void {
    const { uploads } = this.#queue;
    this.#section.classList.toggle('folded', isFolded);
    this.#list.hidden = isFolded;
    this.#fold.textContent = isFolded ? 'Show the list' : 'Hide the list';
    this.#fold.setAttribute('aria-expanded', String(!isFolded));
    this.#retryAll.hidden = isFolded || !uploads.some(hasFailed);
    this.#cancelAll.hidden = isFolded || !uploads.some(isActive);
  }

  #addRow(upload: Upload): void {
    const row = new UploadRow(upload, {
      retry: () => this.#queue.retry(upload),
      cancel: () => this.#queue.cancel(upload),
      choose: () => this.#choose(upload),
    });
    this.#rows.set(upload, row);
    this.#list.append(row.element);
    this.#inView.observe(row.element);
  }

  /** Only rows that are looked at get a picture. */
  #onSeen(seen: IntersectionObserverEntry[]): void {
    const elements = new Set(seen.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target));
    for (const row of this.#rows.values()) {
      if (!elements.has(row.element)) continue;
      this.#inView.unobserve(row.element);
      void row.showPicture();
    }
  }

  #choose(upload: Upload): void {
    chooseFiles({}, ([file]) => file && void this.#queue.supply(upload, file));
  }

  #forAll(act: (upload: Upload) => void, concerns: (upload: Upload) => boolean): void {
    for (const upload of this.#queue.uploads.filter(concerns)) act(upload);
  }

  /** Tells people who use a screen reader of the end and of what they have to do, not of each step. */
  #tellEnd(): void {
    const { uploads } = this.#queue;
    if (uploads.some(({ state }) => state === 'signed-out')) this.#tell('You are signed out. The uploads wait.');
    else if (uploads.some(({ state }) => state === 'offline')) this.#tell('No network. The uploads wait.');
    else if (uploads.length > 0 && !uploads.some(isActive)) this.#tell(this.#totals.text);
  }

  #tell(text: string): void {
    if (text === this.#told) return;
    this.#told = text;
    announce(text);
  }
}

/** On a phone the list would cover the photos. */
const isNarrow = matchMedia('(max-width: 40rem)');

const needsPerson = ({ state }: Upload) => ['failed', 'missing', 'signed-out'].includes(state);

const hasFailed = ({ state }: Upload) => state === 'failed';

let count = 0;

/** Not random alone: `crypto.randomUUID` is absent on plain HTTP. */
const newId = () => `${thisPage}-${++count}`;

const newUpload = (given: LeftUpload, isLeft: boolean): Upload => ({
  ...given,
  isChecked: false,
  state: given.file ? 'waiting' : 'missing',
  words: '',
  sent: 0,
  // The earlier page may have opened a session.
  since: { at: 0, from: isLeft ? 0 : -1 },
  placed: undefined,
  attempts: 0,
  stop: new AbortController(),
});
