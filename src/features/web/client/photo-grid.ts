import { announce } from './announce.ts';
import { onGridKey } from './grid-keys.ts';
import { onListKey } from './list-keys.ts';
import { showFault } from './notice.ts';
import { listState, placeIn, scrollToPlace, type ListState, type Place } from './place.ts';
import { readSheet, type ListedPhoto } from './sheet.ts';
import { Sheets, type Side } from './sheets.ts';

/** How far from its ends the next page of the grid is fetched, in CSS pixels. */
const AHEAD = 3000;
/** The pause after which scrolling has ended, in milliseconds. */
const REST_MS = 120;

/**
 * A grid of photos. Scrolling adds the markup of further pages on both sides, the address names the page in view, and an
 * entry of the history remembers the very place. Arrow keys move between photos, and a click opens the lightbox.
 */
export class PhotoGrid extends HTMLElement {
  #sheets: Sheets | undefined;
  readonly #end = document.createElement('div');
  readonly #endInView = new IntersectionObserver((seen) => this.#onEnd(seen), { rootMargin: `${AHEAD}px 0px` });
  #framePending = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #lightboxOpen = false;

  connectedCallback(): void {
    const first = readSheet(location.pathname + location.search, document);
    // The next page would have no checkboxes.
    const selecting = this.querySelector('input[name="photo"]') !== null;
    if (!first || selecting || this.#sheets) return;
    this.#sheets = new Sheets(first, showFault);
    // The place is kept by hand: browsers without scroll anchoring would lose it, and others would keep it twice.
    document.documentElement.style.overflowAnchor = 'none';
    history.scrollRestoration = 'manual';
    this.append(this.#end);
    this.addEventListener('keydown', (event) => void onGridKey(this, event));
    document.addEventListener('keydown', (event) => void onListKey(this, event));
    this.addEventListener('click', (event) => this.#onClick(event));
    addEventListener('scroll', () => this.#onScroll(), { passive: true });
    addEventListener('wheel', ({ deltaY }) => void (deltaY < 0 && scrollY === 0 && this.extend('newer')), {
      passive: true,
    });
    addEventListener('popstate', () => void this.#onPopState());
    addEventListener('online', () => this.#watchEnd());
    addEventListener('focus', () => void this.#refresh());
    addEventListener('pagehide', () => this.#remember());
    void this.#return();
  }

  /** The photos of all pages that are known, in the order of the list. */
  get photos(): ListedPhoto[] {
    return this.#sheets?.photos ?? [];
  }

  /** The frame of a photo, if its page is in the document. */
  frameOf(id: string): HTMLAnchorElement | undefined {
    return this.querySelector<HTMLAnchorElement>(`.photo[data-id="${CSS.escape(id)}"] a.frame`) ?? undefined;
  }

  /** Brings the page of a photo into the document if need be, and returns the photo's frame. */
  async bring(id: string): Promise<HTMLAnchorElement | undefined> {
    const sheet = this.#sheets?.of(id);
    if (sheet) await this.#sheets?.fill(sheet);
    return this.frameOf(id);
  }

  /** The photo nearest the middle of the window. */
  photoInView(): ListedPhoto | undefined {
    const sheet = this.#sheets?.at(innerHeight / 2);
    const [id] = (sheet && placeIn(sheet.box)[0]) ?? [];
    return sheet?.photos.find((photo) => photo.id === id);
  }

  /** Adds the page before the first one or after the last one. The link to it stays as the way on if that fails. */
  async extend(side: Side): Promise<boolean> {
    const sheets = this.#sheets;
    if (!sheets) return false;
    const came = await sheets.extend(side);
    this.#showEnds(side === 'newer' || came);
    if (!came) return false;
    const { photos } = side === 'older' ? sheets.last : sheets.first;
    announce(`${photos.length} ${side} photos`);
    this.#watchEnd();
    return true;
  }

  /** Shows another page of the list instead, such as a month of it. It gets an entry in the history. */
  async jump(href: string, { replace = false } = {}): Promise<boolean> {
    // The page of selected photos goes on without script.
    if (!this.#sheets) location.assign(href);
    this.#remember();
    if (!(await this.#sheets?.replace(href))) return false;
    history[replace ? 'replaceState' : 'pushState'](null, '', href);
    this.#showEnds();
    // The newest photos come with the head of the page.
    if (this.#sheets?.first.prev === undefined) scrollTo({ top: 0, behavior: 'instant' });
    else this.scrollIntoView({ block: 'start', behavior: 'instant' });
    this.#watchEnd();
    this.#onScroll();
    return true;
  }

  /** Takes a photo that has left the list out of sight, or shows it again. */
  setGone(id: string, gone: boolean): void {
    for (const photo of this.#sheets?.of(id)?.photos ?? []) if (photo.id === id) photo.gone = gone;
    const item = this.querySelector<HTMLElement>(`.photo[data-id="${CSS.escape(id)}"]`);
    if (!item) return;
    item.hidden = gone;
    const section = item.closest('section');
    if (section) section.hidden = !section.querySelector('.photo:not([hidden])');
  }

  /** Returns to the place that the entry of the history remembers. */
  async #return(): Promise<void> {
    const { place, lightbox } = listState();
    this.#showEnds();
    if (place) await this.#goTo(place);
    this.#onScroll();
    this.#watchEnd();
    if (lightbox !== undefined) await this.#open(lightbox, { isNew: false });
  }

  async #goTo(place: Place): Promise<void> {
    let left = scrollToPlace(this, place);
    // The window showed parts of the pages before and after this one.
    if (this.#sheets?.first.prev !== undefined && (left < -1 || this.getBoundingClientRect().top > 0)) {
      await this.extend('newer');
      left = scrollToPlace(this, place);
    }
    if (left > 1 && (await this.extend('older'))) scrollToPlace(this, place);
  }

  #watchEnd(): void {
    // The observer reports changes alone: a short page leaves the end in view.
    this.#endInView.unobserve(this.#end);
    this.#endInView.observe(this.#end);
  }

  #onEnd(seen: IntersectionObserverEntry[]): void {
    if (seen.at(-1)?.isIntersecting) void this.extend('older');
  }

  #onScroll(): void {
    if (this.#framePending) return;
    this.#framePending = true;
    requestAnimationFrame(() => {
      this.#framePending = false;
      this.#followView();
    });
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#remember(), REST_MS);
  }

  #followView(): void {
    const sheets = this.#sheets;
    if (!sheets) return;
    const sheet = sheets.at(innerHeight / 2);
    sheets.keepNear(sheet);
    const { top } = sheets.first.box.getBoundingClientRect();
    if (top < 0 && top > -AHEAD && sheets.first.prev !== undefined) void this.extend('newer');
    const days = [...sheet.box.querySelectorAll('section')];
    // At the start of the page the first day counts, further down what lies above the middle of the window.
    const line = Math.min(scrollY, innerHeight / 2);
    const day = days.findLast((section) => section.getBoundingClientRect().top <= line) ?? days[0];
    this.dispatchEvent(new CustomEvent('day-in-view', { bubbles: true, detail: day?.dataset['day'] }));
  }

  /** Writes into the entry of the history which page is in view, and the place on it. */
  #remember(): void {
    if (!this.#sheets || this.#lightboxOpen) return;
    const sheet = this.#sheets.at(innerHeight / 2);
    const state: ListState = { ...listState(), place: placeIn(sheet.box) };
    if (state.place?.length) history.replaceState(state, '', sheet.href);
  }

  async #onPopState(): Promise<void> {
    if (this.#lightboxOpen) return;
    const href = location.pathname + location.search;
    const { place, lightbox } = listState();
    if (!this.#sheets?.withAddress(href) && !(await this.#sheets?.replace(href))) return location.reload();
    this.#showEnds();
    if (place) await this.#goTo(place);
    if (lightbox !== undefined) await this.#open(lightbox, { isNew: false });
  }

  /** Another tab may have changed what is in view. */
  async #refresh(): Promise<void> {
    if (this.#sheets && !this.#lightboxOpen) await this.#sheets.refresh(this.#sheets.at(innerHeight / 2));
  }

  /**
   * The links for people without script lead to what is not yet here. While a page is coming, what stands below the list
   * is out of sight: the page would push it away.
   */
  #showEnds(isComing = true): void {
    document.body.classList.toggle('endless', isComing && this.#sheets?.last.next !== undefined);
    for (const [rel, href] of [
      ['prev', this.#sheets?.first.prev],
      ['next', this.#sheets?.last.next],
    ] as const) {
      const link = document.querySelector<HTMLAnchorElement>(`.paging a[rel="${rel}"]`);
      if (!link) continue;
      link.hidden = href === undefined;
      if (href !== undefined) link.href = href;
    }
  }

  #onClick(event: MouseEvent): void {
    const frame = (event.target as Element).closest<HTMLAnchorElement>('a.frame');
    if (!frame || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#remember();
    void this.#open(frame.closest<HTMLElement>('.photo')?.dataset['id'] ?? '', { isNew: true });
  }

  /** Loads and opens the lightbox. Without it the link leads to the photo as without script. */
  async #open(id: string, { isNew }: { isNew: boolean }): Promise<void> {
    const photo = this.photos.find((listed) => listed.id === id);
    if (!photo || this.#lightboxOpen) return;
    this.#lightboxOpen = true;
    try {
      const { openLightbox } = await import('./lightbox.ts');
      await openLightbox(this, id, { isNew });
    } catch {
      location.assign(photo.href);
    } finally {
      this.#lightboxOpen = false;
      this.#onScroll();
    }
  }
}
