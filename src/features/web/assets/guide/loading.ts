import { call, type Page, type Photo, type Session } from './guide.ts';

// --- loading
/** Returns a function that shows the next page. It may be called as often as you like: it asks once at a time. */
export function pageLoader(session: Session, show: (photos: Photo[]) => void) {
  let next: string | null = '';
  let isLoading = false;
  return async function loadMore() {
    if (isLoading || next === null) return;
    isLoading = true;
    try {
      const page: Page = await call(session, `/v1/timeline?limit=50${next && `&cursor=${next}`}`);
      next = page.next;
      show(page.items);
    } finally {
      isLoading = false;
    }
  };
}

/** 1. When the last cell appears. Call it after each page, with the cell that is the last one now. */
export function loadAtLastCell(lastCell: Element, loadMore: () => void) {
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    observer.disconnect();
    loadMore();
  });
  observer.observe(lastCell);
}

/** 2. When an extra loading cell appears, which stands behind all photos. Remove it when `next` is null. */
export function loadAtLoadingCell(loadingCell: Element, loadMore: () => void) {
  new IntersectionObserver(([entry]) => entry?.isIntersecting && loadMore()).observe(loadingCell);
}

/** 3. When the scroll position is less than two screens before the end: mostly, a person never sees the end. */
export function loadNearTheEnd(list: HTMLElement, loadMore: () => void) {
  const check = () => list.scrollHeight - list.scrollTop - list.clientHeight < 2 * list.clientHeight && loadMore();
  list.addEventListener('scroll', check, { passive: true });
}
