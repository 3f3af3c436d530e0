import PhotoSwipe from 'photoswipe';
import { announce } from './announce.ts';

/** The longest side of the size `large`, in pixels. */
const LARGE = 2048;

/**
 * Opens the photo of `frame` above the page. Back closes it, arrows and swipes lead to its neighbours, and `appendNext`
 * fetches the next page before its last photo is shown.
 */
export async function openLightbox(
  grid: HTMLElement,
  frame: HTMLAnchorElement,
  appendNext: () => Promise<boolean>,
): Promise<void> {
  await loadSheet();
  const frames = framesOf(grid);
  const box = new PhotoSwipe({
    dataSource: frames.map(slideOf),
    index: frames.indexOf(frame),
    bgOpacity: 1,
    showHideAnimationType: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'none' : 'zoom',
    // Back and Escape close the lightbox; the arrow keys are its own.
    loop: false,
    returnFocus: false,
    errorMsg: 'This photo cannot be shown now.',
  });
  box.on('uiRegister', () => addCaption(box));
  box.on('change', () => {
    const at = box.currIndex;
    if (at >= frames.length - 3) void appendNext().then((more) => more && addSlides(box, grid, frames));
    announce(`Photo ${at + 1} of ${frames.length}: ${altOf(frames[at])}`);
  });
  const stop = new AbortController();
  document.addEventListener('keydown', (event) => onKey(event, box, frames), { signal: stop.signal, capture: true });
  history.pushState({ lightbox: true }, '');
  let closedByBack = false;
  addEventListener('popstate', () => ((closedByBack = true), box.close()), { signal: stop.signal });
  box.on('close', () => {
    stop.abort();
    if (!closedByBack) history.back();
  });
  // Until then the lightbox draws the focus back to itself.
  box.on('destroy', () => {
    const current = frames[box.currIndex];
    current?.scrollIntoView({ block: 'nearest' });
    current?.focus({ preventScroll: true });
  });
  box.init();
  box.element?.setAttribute('aria-label', 'Photos');
  // After init, so that neighbours are there when the event comes. The lightbox reads keys only when its opening has ended. An earlier key waits for that.
  let early: string | undefined;
  const openingKey = ({ key }: KeyboardEvent) => void (early = key);
  document.addEventListener('keydown', openingKey);
  box.on('openingAnimationEnd', () => {
    document.removeEventListener('keydown', openingKey);
    if (early === 'Escape') box.close();
    else if (early === 'ArrowRight') box.next();
    else if (early === 'ArrowLeft') box.prev();
  });
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

const framesOf = (grid: HTMLElement) => [...grid.querySelectorAll<HTMLAnchorElement>('a.frame')];

/** The picture, not the blurred placeholder under it. */
const imageOf = (frame: HTMLElement) => frame.querySelector<HTMLImageElement>('img[width]');

function slideOf(frame: HTMLAnchorElement) {
  const image = imageOf(frame);
  const [width, height] = [Number(image?.getAttribute('width')), Number(image?.getAttribute('height'))];
  const scale = Math.min(1, LARGE / Math.max(width, height));
  return {
    src: largeOf(frame),
    msrc: image?.currentSrc || image?.src || '',
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    alt: altOf(frame),
    element: frame,
    thumbCropped: true,
  };
}

/** A frame links to the page of its photo, or to the picture itself. */
function largeOf({ href }: HTMLAnchorElement): string {
  const id = /\/photo\/(\w+)/.exec(href)?.[1];
  return id === undefined ? href : `/v1/photos/${id}/image/large`;
}

const altOf = (frame: HTMLAnchorElement | undefined) => (frame && imageOf(frame)?.alt) ?? '';

function addSlides(box: PhotoSwipe, grid: HTMLElement, frames: HTMLAnchorElement[]): void {
  const known = new Set(frames);
  const added = framesOf(grid).filter((frame) => !known.has(frame));
  frames.push(...added);
  (box.options.dataSource as unknown[]).push(...added.map(slideOf));
  box.refreshSlideContent(box.currIndex + 1);
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

/** The keys are those of Immich. `?` lists them. */
function onKey(event: KeyboardEvent, box: PhotoSwipe, frames: HTMLAnchorElement[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '?') {
    event.stopPropagation();
    toggleHelp(box);
  } else if (event.key === 'i') location.assign(frames[box.currIndex]?.href ?? location.href);
  else if (event.key === 'Home') box.goTo(0);
  else if (event.key === 'End') box.goTo(frames.length - 1);
}

const KEYS = [
  ['← →', 'previous and next photo'],
  ['Home, End', 'first and last photo'],
  ['z', 'zoom'],
  ['i', 'the page of the photo'],
  ['Esc', 'close'],
  ['?', 'this list'],
] as const;

function toggleHelp({ element }: PhotoSwipe): void {
  const shown = element?.querySelector('.lightbox-keys');
  if (shown) return shown.remove();
  const list = document.createElement('dl');
  list.className = 'lightbox-keys';
  for (const [key, does] of KEYS) {
    const [term, meaning] = [document.createElement('dt'), document.createElement('dd')];
    [term.textContent, meaning.textContent] = [key, does];
    list.append(term, meaning);
  }
  element?.append(list);
}
