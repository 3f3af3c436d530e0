/** A photo of a list, as its grid shows it. It stays known while its page is not in the document. */
export interface ListedPhoto {
  id: string;
  /** The address of its page. */
  href: string;
  alt: string;
  /** The day of its heading, as `2019-07-01`; as `2019-07` or `2019` if no more is known. */
  day: string;
  /** In pixels, as displayed. */
  width: number;
  height: number;
  /** The picture of the grid, which the browser has. */
  small: string;
  /** It has left the list: it is in the trash or in the archive. */
  gone: boolean;
}

/** One page of a list: its address and its neighbours, and its days or a box of their height while it is far away. */
export interface Sheet {
  readonly href: string;
  prev: string | undefined;
  next: string | undefined;
  readonly box: HTMLElement;
  photos: ListedPhoto[];
  firstDay: string | undefined;
  lastDay: string | undefined;
}

/** Reads a sheet out of a page of a list, and takes its days into this document. */
export function readSheet(href: string, page: Document): Sheet | undefined {
  const days = page.querySelector<HTMLElement>('photo-grid .days');
  if (!days) return undefined;
  const box = page === document ? days : document.importNode(days, true);
  const sections = [...box.querySelectorAll<HTMLElement>('section')];
  return {
    href,
    prev: hrefOf(page, 'prev'),
    next: hrefOf(page, 'next'),
    box,
    photos: framesOf(box).map(listedPhoto),
    firstDay: sections[0]?.dataset['day'],
    lastDay: sections.at(-1)?.dataset['day'],
  };
}

export const framesOf = (part: ParentNode) => [
  ...part.querySelectorAll<HTMLAnchorElement>('.photo:not([hidden]) a.frame'),
];

export const idOf = (frame: Element) => frame.closest<HTMLElement>('.photo')?.dataset['id'] ?? '';

/** A day that goes on in the next page keeps one heading: the second is removed, and names its section no more. */
export function joinDays(before: Sheet | undefined, { firstDay, box }: Sheet): void {
  const heading = box.querySelector('section h2');
  if (!heading || before?.lastDay !== firstDay) return;
  const section = heading.closest('section');
  section?.setAttribute('aria-label', heading.textContent ?? '');
  section?.removeAttribute('aria-labelledby');
  heading.remove();
}

const hrefOf = (page: Document, rel: string) =>
  page.querySelector(`.paging a[rel="${rel}"]`)?.getAttribute('href') ?? undefined;

function listedPhoto(frame: HTMLAnchorElement): ListedPhoto {
  // The picture, not the blurred placeholder under it.
  const image = frame.querySelector<HTMLImageElement>('img[width]');
  const [width, height] = [Number(image?.getAttribute('width')), Number(image?.getAttribute('height'))];
  const href = frame.getAttribute('href') ?? '';
  const day = frame.closest('section')?.dataset['day'] ?? '';
  return { id: idOf(frame), href, day, alt: image?.alt ?? '', width, height, small: image?.src ?? '', gone: false };
}
