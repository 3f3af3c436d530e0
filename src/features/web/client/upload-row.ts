import { thumbnailOf } from './ask-worker.ts';
import type { Outcome } from './upload-file.ts';
import { isActive, type Upload } from './upload-queue.ts';

/** What the buttons of a row do. */
interface RowActs {
  retry(): void;
  cancel(): void;
  /** Lets the person choose the file again. */
  choose(): void;
}

const WORDS: Record<Outcome, string> = {
  created: 'Added to your photos',
  duplicate: 'Already among your photos. Nothing was added.',
  restored: 'Was in the trash. It is back among your photos.',
};

/** How often a picture that is not there yet is requested again, and how long until the first time, in milliseconds. */
const PICTURE_ATTEMPTS = 6;
const PICTURE_RETRY_MS = 2000;

/** The row of one upload. `show` brings it up to date. */
export class UploadRow {
  readonly element = document.createElement('li');
  readonly #upload: Upload;
  readonly #picture = Object.assign(document.createElement('img'), { alt: '', width: 48, height: 48, hidden: true });
  readonly #name = Object.assign(document.createElement('a'), { className: 'name', dir: 'auto' });
  readonly #text = Object.assign(document.createElement('span'), { className: 'state' });
  readonly #bar = document.createElement('progress');
  readonly #choose: HTMLButtonElement;
  readonly #retry: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  #hasPicture = false;
  /** Whether the row was looked at. */
  #isSeen = false;
  /** What the text says of the picture, besides. */
  #note = '';

  constructor(upload: Upload, acts: RowActs) {
    this.#upload = upload;
    const { name, size } = upload;
    this.#name.textContent = name;
    this.#name.title = name;
    Object.assign(this.#bar, { max: Math.max(size, 1), value: 0 });
    this.#bar.setAttribute('aria-label', name);
    this.#choose = button('Choose', name, acts.choose);
    this.#retry = button('Try again', name, acts.retry);
    this.#cancel = button('Cancel', name, acts.cancel);
    const box = Object.assign(document.createElement('span'), { className: 'picture' });
    box.append(this.#picture);
    const buttons = Object.assign(document.createElement('span'), { className: 'acts' });
    buttons.append(this.#choose, this.#retry, this.#cancel);
    this.element.append(box, this.#name, buttons, this.#text, this.#bar);
    this.show();
  }

  show(): void {
    const { state, sent, placed } = this.#upload;
    this.element.dataset['state'] = state;
    this.#text.replaceChildren(...textOf(this.#upload), this.#note);
    this.#bar.value = sent;
    this.#bar.hidden = state !== 'sending' && state !== 'offline';
    this.#choose.hidden = state !== 'missing';
    this.#retry.hidden = !['failed', 'offline', 'cancelled', 'signed-out'].includes(state);
    this.#cancel.hidden = !isActive(this.#upload);
    if (state === 'done' && placed && !this.#name.href && placed.photo !== '') {
      this.#name.href = `/photo/${placed.photo}`;
      this.#awaitPicture(placed.photo);
    }
  }

  /** Shows a small picture of the file. A kind that the browser cannot decode is shown when the service has made it. */
  async showPicture(): Promise<void> {
    this.#isSeen = true;
    const { file } = this.#upload;
    const blob = file && (await thumbnailOf(file).catch(() => undefined));
    if (!blob) return this.#awaitPicture(this.#upload.placed?.photo);
    this.#picture.addEventListener('load', () => URL.revokeObjectURL(this.#picture.src), { once: true });
    this.#setPicture(URL.createObjectURL(blob));
  }

  /** Shows the picture that the service makes, as soon as it is there. */
  #awaitPicture(photo: string | undefined, attempt = 0): void {
    if (!photo || this.#hasPicture || !this.#isSeen) return;
    this.#note = '. Its picture is being made.';
    this.show();
    const picture = new Image();
    picture.addEventListener('load', () => {
      this.#note = '';
      this.#setPicture(picture.src);
    });
    picture.addEventListener('error', () => {
      if (attempt < PICTURE_ATTEMPTS) {
        setTimeout(() => this.#awaitPicture(photo, attempt + 1), PICTURE_RETRY_MS * 2 ** attempt);
      } else this.#note = '. It cannot be shown here.';
      this.show();
    });
    picture.src = `/v1/photos/${photo}/image/thumb`;
  }

  #setPicture(address: string): void {
    this.#hasPicture = true;
    this.#picture.src = address;
    this.#picture.hidden = false;
    this.show();
  }
}

function textOf(upload: Upload): (string | Node)[] {
  const { state, words, placed } = upload;
  if (state === 'done') return [placed ? WORDS[placed.outcome] : ''];
  if (state === 'sending') return [progressOf(upload)];
  if (state === 'waiting') return ['Waiting'];
  if (state === 'cancelled') return ['Cancelled'];
  if (state === 'missing') return [words || 'Choose this file again, and its upload goes on.'];
  if (state === 'offline') return [words || 'No network. The upload goes on when it is back.'];
  if (state === 'failed') return [words];
  const link = { href: '/sign-in', target: '_blank', textContent: 'Sign in' };
  return [
    'You are signed out. ',
    Object.assign(document.createElement('a'), link),
    ', then come back. The upload goes on.',
  ];
}

function progressOf({ sent, size, since }: Upload): string {
  if (since.from < 0) return 'Starting';
  if (sent >= size) return 'Almost there';
  const seconds = Math.max((performance.now() - since.at) / 1000, 0.1);
  return `${Math.floor((100 * sent) / size)} %, ${writeBytes((sent - since.from) / seconds)} a second`;
}

export const writeBytes = (bytes: number) =>
  bytes < 2 ** 20 ? `${Math.round(bytes / 2 ** 10)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** A button whose name says which file it concerns. */
export function button(text: string, subject: string, act: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet' });
  made.textContent = text;
  if (subject !== '') made.setAttribute('aria-label', `${text}: ${subject}`);
  made.addEventListener('click', act);
  return made;
}
