import { chooseFiles } from './choose-files.ts';
import { photosAmong } from './dropped-files.ts';
import { textsHere, uploadFiles } from './start-uploads.ts';

const HINT = 'As many photos as you like, up to 200 MB each. You can also drop or paste them anywhere on this page.';

/** The form that uploads photos. With script it takes any number of files, and also a folder or a photo by the camera. */
export class UploadTray extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector('form');
    const input = form?.querySelector<HTMLInputElement>('input[type="file"]');
    if (!form || !input || this.querySelector('.ways')) return;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#take(form, [...(input.files ?? [])]);
    });
    const hint = form.querySelector('.hint');
    if (hint) hint.textContent = HINT;
    form.querySelector('button')?.after(this.#ways(form, input.accept));
  }

  #ways(form: HTMLFormElement, accept: string): HTMLElement {
    const ways = Object.assign(document.createElement('span'), { className: 'ways' });
    // Phones have no folders that a person would look into, and desktops no camera for it.
    if (matchMedia('(pointer: coarse)').matches) {
      const photo = { accept: 'image/*', capture: 'environment' };
      ways.append(opening('Take a photo', () => chooseFiles(photo, (files) => this.#take(form, files))));
    } else if ('webkitdirectory' in HTMLInputElement.prototype) {
      const folder = { accept, webkitdirectory: true } as const;
      const take = (files: File[]) => this.#take(form, photosAmong(files));
      ways.append(opening('Choose a folder', () => chooseFiles(folder, take)));
    }
    return ways;
  }

  #take(form: HTMLFormElement, files: File[]): void {
    const texts = textsHere();
    form.reset();
    void uploadFiles(files, texts);
  }
}

function opening(text: string, open: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'quiet', textContent: text });
  button.addEventListener('click', open);
  return button;
}
