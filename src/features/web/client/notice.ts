import { fetchPage, type FetchedPage } from './fetch-page.ts';

/** How long a notice stays, in milliseconds, unless the person is on it. */
const STAYS_MS = 10_000;

let box: HTMLElement | undefined;
let leaving: ReturnType<typeof setTimeout> | undefined;

/** Shows `contents` at the bottom of the page, or of the lightbox that lies over it, instead of the notice before. */
export function showNotice(...contents: (string | Node)[]): void {
  box ??= createBox();
  const parent = document.querySelector('.pswp') ?? document.body;
  if (box.parentElement !== parent) parent.append(box);
  box.replaceChildren(...contents);
  stay();
}

/** Shows what the server's page says that it has done, with its button to undo it. */
export function showDone(page: Document | undefined, onUndone: () => void): void {
  const toast = page?.querySelector('undo-toast');
  if (!toast) return;
  const shown = document.importNode(toast, true);
  shown.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    void undo(event.target as HTMLFormElement, event.submitter, onUndone);
  });
  showNotice(shown);
}

/** Shows why there is no page, in the words of the error page, with its way to sign in. */
export function showFault({ status, page }: FetchedPage): void {
  if (status === 0 || !page) return showNotice('There is no network now. Try again later.');
  const signIn = page.querySelector('a[href^="/sign-in"]');
  const words = page.querySelector('main h1 + p')?.textContent ?? page.title;
  const link = signIn && Object.assign(document.createElement('a'), { href: signInHere(), textContent: 'Sign in' });
  showNotice(words, ...(link ? [' ', link] : []));
}

/** Runs the button Undo of the notice that is shown. Returns false if there is none. */
export function pressUndo(): boolean {
  const button = box?.querySelector('button');
  button?.click();
  return button !== null && button !== undefined;
}

async function undo(form: HTMLFormElement, submitter: HTMLElement | null, onUndone: () => void): Promise<void> {
  const fields = [...new FormData(form, submitter)].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const reply = await fetchPage(form.action, new URLSearchParams(fields));
  if (reply.status !== 200) return showFault(reply);
  onUndone();
  // What was undone is told without a further button: undoing that would be the act itself.
  showNotice(reply.page?.querySelector('undo-toast [role="status"]')?.textContent ?? '');
}

const signInHere = () => `/sign-in?returnTo=${encodeURIComponent(location.pathname + location.search)}`;

function createBox(): HTMLElement {
  const created = document.createElement('div');
  created.className = 'toast';
  created.setAttribute('role', 'status');
  for (const event of ['pointermove', 'focusin']) created.addEventListener(event, stay);
  return created;
}

function stay(): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => (box?.matches(':hover, :focus-within') ? stay() : box?.replaceChildren()), STAYS_MS);
}
