import { announce } from './announce.ts';
import { Refused, SignedOut, uploadFile, type Outcome } from './upload-file.ts';

/** Files that are sent at the same time. */
const AT_ONCE = 3;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

type State = 'waiting' | 'sending' | 'done' | 'failed' | 'signed-out' | 'offline' | 'cancelled';

interface Row {
  file: File;
  caption: string;
  state: State;
  sent: number;
  startedAt: number;
  attempts: number;
  stop: AbortController;
  element: HTMLElement;
  bar: HTMLProgressElement;
  text: HTMLElement;
  again: HTMLButtonElement;
  cancel: HTMLButtonElement;
}

const WORDS: Record<Outcome, string> = {
  created: 'Added to your photos',
  duplicate: 'Already among your photos. Nothing was added.',
  restored: 'Was in the trash. It is back among your photos.',
};

let tray: Tray | undefined;

/** Returns the tray of the page. The first call shows it after `host`. */
export const showTray = (host: HTMLElement) => (tray ??= new Tray(host));

/** The list of uploads: a row for each file, and the totals. */
class Tray {
  readonly #rows: Row[] = [];
  readonly #list = document.createElement('ul');
  readonly #total = document.createElement('p');

  constructor(host: HTMLElement) {
    const section = document.createElement('section');
    section.className = 'tray panel';
    section.setAttribute('aria-label', 'Uploads');
    section.append(this.#total, this.#list);
    (host.closest('details') ?? host).after(section);
    addEventListener('online', () => this.#wake('offline'));
    // The person has signed in in another tab and comes back.
    addEventListener('focus', () => this.#wake('signed-out'));
    addEventListener('beforeunload', (event) => {
      if (this.#rows.some(({ state }) => state === 'waiting' || state === 'sending')) event.preventDefault();
    });
  }

  add(files: readonly File[], caption: string): void {
    for (const file of files) {
      const row = createRow(file, caption);
      row.again.addEventListener('click', () => this.#set(row, 'waiting', 'Waiting'));
      row.cancel.addEventListener('click', () => {
        row.stop.abort(new DOMException('Cancelled', 'AbortError'));
        this.#set(row, 'cancelled', 'Cancelled');
      });
      this.#rows.push(row);
      this.#list.append(row.element);
    }
    this.#next();
  }

  #next(): void {
    const sending = this.#rows.filter(({ state }) => state === 'sending').length;
    const waiting = this.#rows.filter(({ state }) => state === 'waiting');
    for (const row of waiting.slice(0, AT_ONCE - sending)) void this.#send(row);
    this.#showTotal();
  }

  async #send(row: Row): Promise<void> {
    row.stop = new AbortController();
    Object.assign(row, { state: 'sending', startedAt: performance.now() });
    setText(row, 'Checking');
    try {
      const onBytes = (bytes: number) => this.#progress(row, bytes);
      const { outcome, id } = await uploadFile(row.file, row.caption, { signal: row.stop.signal, onBytes });
      row.bar.value = row.file.size;
      row.sent = row.file.size;
      showPhoto(row, id);
      this.#set(row, 'done', WORDS[outcome]);
    } catch (error) {
      this.#fail(row, error as Error);
    }
  }

  #progress(row: Row, bytes: number): void {
    row.sent = Math.min(bytes, row.file.size);
    row.bar.value = row.sent;
    const seconds = (performance.now() - row.startedAt) / 1000;
    setText(row, row.sent < row.file.size ? `${sizeOf(row.sent / Math.max(seconds, 0.1))} a second` : 'Almost there');
    this.#showTotal();
  }

  #fail(row: Row, error: Error): void {
    if (row.state === 'cancelled') return;
    if (error instanceof SignedOut) {
      this.#set(row, 'signed-out', 'You are signed out. ');
      const link = Object.assign(document.createElement('a'), {
        href: '/sign-in',
        target: '_blank',
        textContent: 'Sign in',
      });
      row.text.append(link, ', then come back. The upload goes on.');
    } else if (error instanceof Refused) this.#set(row, 'failed', error.message);
    else if (!navigator.onLine) this.#set(row, 'offline', 'No network. The upload goes on when it is back.');
    else {
      const delay = Math.min(FIRST_RETRY_MS * 2 ** row.attempts++, LONGEST_RETRY_MS);
      this.#set(row, 'offline', 'The network failed. Trying again soon.');
      setTimeout(() => row.state === 'offline' && this.#set(row, 'waiting', 'Waiting'), delay);
    }
  }

  #wake(state: State): void {
    for (const row of this.#rows) if (row.state === state) row.state = 'waiting';
    this.#next();
  }

  #set(row: Row, state: State, text: string): void {
    row.state = state;
    row.element.dataset['state'] = state;
    setText(row, text);
    row.again.hidden = !['failed', 'offline', 'cancelled', 'signed-out'].includes(state);
    row.cancel.hidden = ['done', 'failed', 'cancelled'].includes(state);
    row.bar.hidden = ['done', 'failed', 'cancelled'].includes(state);
    this.#next();
  }

  #showTotal(): void {
    const counted = this.#rows.filter(({ state }) => state !== 'cancelled');
    const done = counted.filter(({ state }) => state === 'done').length;
    const sum = (pick: (row: Row) => number) => counted.reduce((total, row) => total + pick(row), 0);
    const text = `${done} of ${counted.length} uploaded, ${sizeOf(sum(({ sent }) => sent))} of ${sizeOf(sum(({ file }) => file.size))}`;
    this.#total.textContent = text;
    if (done === counted.length && done > 0) announce(text);
  }
}

function createRow(file: File, caption: string): Row {
  const element = document.createElement('li');
  const picture = Object.assign(document.createElement('img'), { alt: '', width: 48, height: 48 });
  picture.src = URL.createObjectURL(file);
  // A kind of picture that this browser cannot show: the server shows it later.
  picture.addEventListener('error', () => picture.removeAttribute('src'));
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src), { once: true });
  const name = Object.assign(document.createElement('span'), {
    className: 'name',
    textContent: file.name,
    dir: 'auto',
  });
  const bar = Object.assign(document.createElement('progress'), { max: Math.max(file.size, 1), value: 0 });
  bar.setAttribute('aria-label', file.name);
  const text = Object.assign(document.createElement('span'), { className: 'state', textContent: 'Waiting' });
  const again = button('Try again', file.name);
  again.hidden = true;
  const cancel = button('Cancel', file.name);
  const acts = Object.assign(document.createElement('span'), { className: 'acts' });
  acts.append(again, cancel);
  element.append(picture, name, acts, text, bar);
  const stop = new AbortController();
  return {
    file,
    caption,
    state: 'waiting',
    sent: 0,
    startedAt: 0,
    attempts: 0,
    stop,
    element,
    bar,
    text,
    again,
    cancel,
  };
}

function button(text: string, name: string): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'quiet',
    textContent: text,
  });
  made.setAttribute('aria-label', `${text}: ${name}`);
  return made;
}

const setText = ({ text }: Row, words: string) => text.replaceChildren(words);

/** A link to the photo, with the picture that the server made: it is right also while the smaller sizes are being made. */
function showPhoto({ element }: Row, id: string): void {
  const picture = element.querySelector('img');
  if (!picture || id === '') return;
  picture.src = `/v1/photos/${id}/image/thumb`;
}

const sizeOf = (bytes: number) =>
  bytes < 2 ** 20 ? `${Math.round(bytes / 2 ** 10)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
