import PhotoSwipe from 'photoswipe';
import { announce } from './announce.ts';
import { fetchPage } from './fetch-page.ts';
import { addButtons } from './lightbox-buttons.ts';
import { ACT_KEYS, actByKey } from './photo-acts.ts';
import type { PhotoGrid } from './photo-grid.ts';
import { listState } from './place.ts';
import type { ListedPhoto } from './sheet.ts';
import { pressUndo } from './notice.ts';
import { showKeys } from './show-keys.ts';

/** The longest side of the size `large`, in pixels. */
const LARGE = 2048;
/** Photos before an end of the list that is known at which the next page is fetched. */
const AHEAD = 3;

type Slide = ReturnType<typeof slideOf>;

/**
 * Opens a photo of the list above the page, and resolves when the lightbox is closed. Back closes it, arrows and swipes
 * lead to its neighbours. An entry of the history that is not new shows the lightbox again after a reload.
 */
export async function openLightbox(grid: PhotoGrid, id: string, { isNew }: { isNew: boolean }): Promise<void> {
  await loadSheet();
  const slides = grid.photos.map(slideOf);
  const box = new PhotoSwipe({
    dataSource: slides,
    index: slides.findIndex((slide) => slide.id === id),
    bgOpacity: 1,
    showHideAnimationType: isNew && !matchMedia('(prefers-reduced-motion: reduce)').matches ? 'zoom' : 'none',
    // Back and Escape close the lightbox; the arrow keys are its own.
    loop: false,
    returnFocus: false,
  });
  box.addFilter('thumbEl', (_, { id }) => grid.frameOf(String(id)) as HTMLElement);
  box.addFilter('contentErrorElement', (element, { data }) => {
    void explain(element, box, grid, data as Slide);
    return element;
  });
  const act = (key: string) => {
    const { photo } = slides[box.currIndex] ?? {};
    if (photo) void actByKey(grid, photo, key, () => showChanges(box, slides, grid));
  };
  box.on('uiRegister', () => {
    addCaption(box);
    if (slides[0]?.photo.href.startsWith('/photo/')) addButtons(box, act);
  });
  box.on('change', () => follow(box, slides, grid));

  const stop = new AbortController();
  document.addEventListener('keydown', (event) => onKey(event, box, act), { signal: stop.signal, capture: true });
  if (isNew) history.pushState({ ...listState(), lightbox: id }, '');
  const left = new Promise<void>((resolve) => addEventListener('popstate', () => resolve(), { once: true }));
  let isClosing = false;
  void left.then(() => !isClosing && box.close());
  box.on('close', () => {
    isClosing = true;
    document.querySelector<HTMLDialogElement>('dialog.keys')?.close();
    stop.abort();
    if (listState().lightbox !== undefined) history.back();
  });
  // Until then the lightbox draws the focus back to itself.
  const destroyed = new Promise<void>((resolve) => box.on('destroy', () => resolve()));
  box.init();
  box.element?.setAttribute('aria-label', 'Photos');
  // After init, so that the neighbours are there when the event comes.
  heedEarlyKey(box);
  await Promise.all([destroyed, left]);
  const last = slides[box.currIndex];
  const frame = last && (await grid.bring(last.id));
  frame?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  frame?.focus({ preventScroll: true });
}

function loadSheet(): Promise<void> {
  const href = new URL('photoswipe.css', import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  link.addEventListener('load', () => resolve());
  link.addEventListener('error', () => reject(new Error('The sheet of the lightbox did not load.')));
  document.head.append(link);
  return promise;
}

function slideOf(photo: ListedPhoto) {
  const { id, href, width, height, alt, small } = photo;
  const scale = Math.min(1, LARGE / Math.max(width, height));
  return {
    photo,
    id,
    alt,
    // A frame links to the page of its photo, or to the picture itself.
    src: href.startsWith('/photo/') ? `/v1/photos/${id}/image/large` : href,
    msrc: small,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    thumbCropped: true,
  };
}

/** Tells which photo is shown, keeps the list behind on it, and fetches the next page before its last photo is shown. */
function follow(box: PhotoSwipe, slides: Slide[], grid: PhotoGrid): void {
  const at = box.currIndex;
  const slide = slides[at];
  if (!slide) return;
  announce(`Photo ${at + 1} of ${slides.length}: ${slide.alt}`);
  if (listState().lightbox !== undefined) history.replaceState({ ...listState(), lightbox: slide.id }, '');
  void grid.bring(slide.id).then((frame) => frame?.scrollIntoView({ block: 'nearest', behavior: 'instant' }));
  const side = at >= slides.length - AHEAD ? 'older' : at < AHEAD ? 'newer' : undefined;
  if (side) void grid.extend(side).then((more) => more && showChanges(box, slides, grid));
}

/** Shows the list as it is now: with photos that were added at an end, and without one that has left it. */
function showChanges(box: PhotoSwipe, slides: Slide[], grid: PhotoGrid): void {
  const { id } = slides[box.currIndex] ?? {};
  const [before, old] = [slides.length, box.currIndex];
  slides.splice(0, before, ...grid.photos.map(slideOf));
  if (slides.length === 0) return box.close();
  const found = slides.findIndex((slide) => slide.id === id);
  const at = found >= 0 ? found : Math.min(old, slides.length - 1);
  shiftIndexes(box, at - old);
  for (const index of found >= 0 ? [at - 1, at + 1] : [at - 1, at + 1, at]) box.refreshSlideContent(index);
}

/** The lightbox has no way to insert slides before the current one, so the places of those that it holds are corrected. */
function shiftIndexes(box: PhotoSwipe, by: number): void {
  box.currIndex += by;
  box.potentialIndex += by;
  for (const { slide } of box.mainScroll.itemHolders) if (slide) slide.index += by;
  for (const content of box.contentLoader._cachedItems) content.index += by;
}

/** Says why a picture is not there: it was deleted elsewhere, or there is no network now. */
async function explain(element: HTMLElement, box: PhotoSwipe, grid: PhotoGrid, { photo }: Slide): Promise<void> {
  element.textContent = 'This photo cannot be shown now.';
  const reply = await fetchPage(photo.href);
  if (reply.status === 404 || reply.status === 410) {
    element.textContent = reply.page?.querySelector('main h1')?.textContent ?? element.textContent;
    grid.setGone(photo.id, true);
  } else {
    const again = Object.assign(document.createElement('button'), { textContent: 'Try again', className: 'quiet' });
    again.addEventListener('click', () => box.refreshSlideContent(box.currIndex));
    element.append(' ', again);
  }
  announce(element.textContent);
}

function addCaption(box: PhotoSwipe): void {
  box.ui?.registerElement({
    name: 'caption',
    order: 9,
    isButton: false,
    appendTo: 'root',
    onInit: (element) => {
      element.className = 'lightbox-caption';
      element.setAttribute('dir', 'auto');
      box.on('change', () => (element.textContent = box.currSlide?.data.alt ?? ''));
    },
  });
}

const KEYS = [
  ['← →', 'previous and next photo'],
  ['Home, End', 'first and last photo'],
  ['z', 'zoom'],
  ['Esc', 'close'],
  ['Ctrl z', 'undo, while the notice offers it'],
  ['?', 'this list'],
] as const;

/** The keys are those of Immich. `?` lists them. */
function onKey(event: KeyboardEvent, box: PhotoSwipe, act: (key: string) => void): void {
  if (document.querySelector('dialog[open]')) return;
  if (event.key === 'z' && (event.ctrlKey || event.metaKey) && pressUndo()) event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '?') showKeys([...KEYS, ...ACT_KEYS]);
  else if (event.key === 'Home') box.goTo(0);
  else if (event.key === 'End') box.goTo(box.getNumItems() - 1);
  else act(event.key);
}

/** The lightbox reads keys only when its opening has ended. An earlier key waits for that. */
function heedEarlyKey(box: PhotoSwipe): void {
  let early: string | undefined;
  const onEarlyKey = ({ key }: KeyboardEvent) => void (early = key);
  document.addEventListener('keydown', onEarlyKey);
  box.on('openingAnimationEnd', () => {
    document.removeEventListener('keydown', onEarlyKey);
    if (early === 'Escape') box.close();
    else if (early === 'ArrowRight') box.next();
    else if (early === 'ArrowLeft') box.prev();
  });
}
