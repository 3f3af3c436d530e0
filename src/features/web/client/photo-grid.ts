import { announce } from './announce.ts';
import { fetchPage } from './fetch-page.ts';

/** How far above the end of the grid the next page is fetched, in CSS pixels. */
const AHEAD = '1500px';
/** Pages that stay in the document on each side of the page in view. */
const KEPT = 4;

/** One page of the list: its days, its address and its link to the next page. */
interface Sheet {
  href: string;
  next: string | undefined;
  /** Its days, or a box of the same height while it is far away. */
  box: HTMLElement;
  days: Element[];
}

/**
 * A grid of photos. Scrolling appends the next page's own markup, the address names the page in view, arrow keys move
 * between photos, and a click opens the lightbox.
 */
export class PhotoGrid extends HTMLElement {
  readonly #sheets: Sheet[] = [];
  readonly #end = document.createElement('div');
  readonly #endInView = new IntersectionObserver((seen) => this.#onEnd(seen), { rootMargin: `${AHEAD} 0px` });
  readonly #stop = new AbortController();
  #loading = false;
  #framePending = false;

  connectedCallback(): void {
    const days = this.querySelector('.days');
    // The next page would have no checkboxes.
    const selecting = this.querySelector('input[name="photo"]') !== null;
    if (!days || selecting || this.#sheets.length > 0) return;
    this.#sheets.push(sheetOf(location.pathname + location.search, nextOf(document), days));
    this.append(this.#end);
    this.#endInView.observe(this.#end);
    const { signal } = this.#stop;
    this.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.addEventListener('click', (event) => this.#onClick(event), { signal });
    addEventListener('scroll', () => this.#onScroll(), { signal, passive: true });
  }

  #onEnd(seen: IntersectionObserverEntry[]): void {
    if (seen.at(-1)?.isIntersecting) void this.appendNext();
  }

  /** Fetches the next page and appends its days. The link to it stays as the way on if that fails. */
  async appendNext(): Promise<boolean> {
    const href = this.#sheets.at(-1)?.next;
    if (href === undefined || this.#loading) return false;
    this.#loading = true;
    try {
      const page = await fetchPage(href);
      const days = page?.querySelector('photo-grid .days, main .days');
      if (!page || !days) return false;
      const sheet = sheetOf(href, nextOf(page), document.importNode(days, true));
      this.#sheets.at(-1)?.box.after(sheet.box);
      joinDays(this.#sheets.at(-1), sheet);
      this.#sheets.push(sheet);
      showNext(sheet.next);
      announce(`${sheet.box.querySelectorAll('.photo').length} older photos`);
    } finally {
      this.#loading = false;
    }
    // The observer reports changes alone: a short page leaves the end in view.
    this.#endInView.unobserve(this.#end);
    this.#endInView.observe(this.#end);
    return true;
  }

  #onScroll(): void {
    if (this.#framePending) return;
    this.#framePending = true;
    requestAnimationFrame(() => {
      this.#framePending = false;
      this.#followView();
    });
  }

  /** Names the page in view in the address, and takes far pages out of the document. */
  #followView(): void {
    const middle = innerHeight / 2;
    const boxes = this.#sheets.map(({ box }) => box.getBoundingClientRect());
    const at = Math.max(
      0,
      boxes.findLastIndex(({ top }) => top <= middle),
    );
    const sheet = this.#sheets[at];
    if (sheet && sheet.href !== location.pathname + location.search)
      history.replaceState(history.state, '', sheet.href);
    for (const [index, { box, days }] of this.#sheets.entries()) {
      const near = Math.abs(index - at) <= KEPT;
      if (near && box.childElementCount === 0) {
        box.append(...days);
        box.style.height = '';
      } else if (!near && box.childElementCount > 0) {
        box.style.height = `${boxes[index]?.height ?? 0}px`;
        box.replaceChildren();
      }
    }
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const frame = (event.target as Element).closest('.frame');
    if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
    const frames = [...this.querySelectorAll<HTMLElement>('a.frame')];
    const at = frames.indexOf(frame as HTMLElement);
    const step = steps[event.key];
    const target =
      step === undefined
        ? frameBeside(frames, at, event.key)
        : frames[Math.min(Math.max(at + step, 0), frames.length - 1)];
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  #onClick(event: MouseEvent): void {
    const frame = (event.target as Element).closest<HTMLAnchorElement>('a.frame');
    if (!frame || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void openLightbox(this, frame);
  }
}

/** Loads the lightbox. Without it the link leads to the photo as without script. */
async function openLightbox(grid: PhotoGrid, frame: HTMLAnchorElement): Promise<void> {
  try {
    const { openLightbox } = await import('./lightbox.ts');
    await openLightbox(grid, frame, () => grid.appendNext());
  } catch {
    location.assign(frame.href);
  }
}

function sheetOf(href: string, next: string | undefined, box: Element): Sheet {
  return { href, next, box: box as HTMLElement, days: [...box.children] };
}

const nextOf = (page: Document) => page.querySelector('.paging a[rel="next"]')?.getAttribute('href') ?? undefined;

/** A day that goes on in the next page keeps one heading: the second is hidden, and names its section no more. */
function joinDays(before: Sheet | undefined, { days }: Sheet): void {
  const [last, first] = [before?.days.at(-1)?.querySelector('h2'), days[0]?.querySelector('h2')];
  if (!last || !first || last.textContent !== first.textContent) return;
  days[0]?.setAttribute('aria-label', last.textContent ?? '');
  days[0]?.removeAttribute('aria-labelledby');
  first.remove();
}

/** The link for people without script leads to what is not yet appended. */
function showNext(next: string | undefined): void {
  const link = document.querySelector<HTMLAnchorElement>('.paging a[rel="next"]');
  if (next === undefined) link?.remove();
  else link?.setAttribute('href', next);
}

/** The photo above or below: the nearest middle in the next row. */
function frameBeside(frames: HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const from = frames[at]?.getBoundingClientRect();
  if (!from) return undefined;
  const middle = from.left + from.width / 2;
  const candidates = key === 'ArrowDown' ? frames.slice(at + 1) : frames.slice(0, at).toReversed();
  let best: { frame: HTMLElement; top: number; distance: number } | undefined;
  for (const frame of candidates) {
    const { top, left, width } = frame.getBoundingClientRect();
    if (Math.abs(top - from.top) < from.height / 2) continue;
    if (best && Math.abs(top - best.top) > from.height / 2) break;
    const distance = Math.abs(left + width / 2 - middle);
    if (!best || distance < best.distance) best = { frame, top, distance };
  }
  return best?.frame;
}
