import { filesIn } from './dropped-files.ts';
import { hasKeptUploads } from './kept-mark.ts';
import { personHere, tellOtherPages } from './person.ts';

export interface Texts {
  caption: string;
  alt: string;
}

const LOAD_AGAIN_MS = 5000;

/** Loads the tray with the first file. Files that are chosen without network wait for it. */
async function trayOf(person: string) {
  const note = Object.assign(document.createElement('p'), { className: 'tray panel' });
  note.setAttribute('role', 'status');
  try {
    for (;;) {
      try {
        const { showTray } = await import('./upload-panel.ts');
        return showTray(person);
      } catch {
        document.body.append(note);
        note.textContent = 'No network. Your uploads begin when it is back. Keep this page open.';
        await new Promise((resolve) => {
          addEventListener('online', resolve, { once: true });
          setTimeout(resolve, LOAD_AGAIN_MS);
        });
      }
    }
  } finally {
    note.remove();
  }
}

/** Uploads files of the person who is signed in. */
export async function uploadFiles(files: readonly File[] | Promise<File[]>, texts: Texts): Promise<void> {
  const person = personHere();
  const chosen = await files;
  if (person !== undefined && chosen.length > 0) await (await trayOf(person)).add(chosen, texts);
}

/**
 * Takes files that are dropped or pasted anywhere on a page of a signed-in person, goes on with the uploads of earlier
 * pages, and forgets them at the sign-out.
 */
export function startUploads(): void {
  const person = personHere();
  if (person === undefined) return;
  tellOtherPages(person);
  if (hasKeptUploads()) void trayOf(person);
  listenForFiles();
  document.querySelector<HTMLFormElement>('form.account')?.addEventListener('submit', (event) => {
    tellOtherPages(undefined);
    if (!hasKeptUploads()) return;
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    void trayOf(person)
      .then((tray) => tray.clear())
      .finally(() => form.submit());
  });
}

function listenForFiles(): void {
  // A picture of the page that is dragged looks like a file.
  let isOwn = false;
  const show = (isOver: boolean) => document.documentElement.classList.toggle('dropping', isOver);
  addEventListener('dragstart', () => (isOwn = true));
  addEventListener('dragend', () => (isOwn = false));
  addEventListener('dragover', (event) => {
    if (isOwn || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    show(true);
  });
  addEventListener('dragleave', ({ relatedTarget }) => relatedTarget === null && show(false));
  addEventListener('drop', (event) => {
    show(false);
    if (isOwn || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    void uploadFiles(filesIn(event.dataTransfer), textsHere());
  });
  addEventListener('paste', ({ clipboardData }) => void uploadFiles([...(clipboardData?.files ?? [])], textsHere()));
}

/** What stands in the upload form of the page. */
export function textsHere(): Texts {
  const textOf = (name: string) =>
    document.querySelector<HTMLInputElement>(`upload-tray input[name="${name}"]`)?.value ?? '';
  return { caption: textOf('caption'), alt: textOf('alt') };
}
