import { fetchPage, type FetchedPage } from './fetch-page.ts';
import { joinDays, readSheet, type ListedPhoto, type Sheet } from './sheet.ts';

/** Pages that stay in the document on each side of the page in view. */
const KEPT = 2;

export type Side = 'older' | 'newer';

/** The pages of a list that follow each other without a gap. Only those near the view have their days in the document. */
export class Sheets {
  readonly #all: Sheet[];
  readonly #onFault: (reply: FetchedPage) => void;
  readonly #filling = new Set<Sheet>();
  #extending: Promise<boolean> | undefined;
  /** The page that is to replace all others. */
  #wanted: string | undefined;

  constructor(first: Sheet, onFault: (reply: FetchedPage) => void) {
    this.#all = [first];
    this.#onFault = onFault;
  }

  get first(): Sheet {
    return this.#all[0] as Sheet;
  }

  get last(): Sheet {
    return this.#all.at(-1) as Sheet;
  }

  get photos(): ListedPhoto[] {
    return this.#all.flatMap(({ photos }) => photos.filter(({ gone }) => !gone));
  }

  /** Adds the page beside the first or the last one. Resolves to false if there is none, or if it does not come now. */
  async extend(side: Side): Promise<boolean> {
    return (this.#extending ??= this.#extend(side).finally(() => (this.#extending = undefined)));
  }

  async #extend(side: Side): Promise<boolean> {
    const { first, last } = this;
    const href = side === 'older' ? last.next : first.prev;
    const sheet = href === undefined ? undefined : await this.#fetch(href);
    // A jump has replaced the list in the meantime.
    if (!sheet || !this.#all.includes(last)) return false;
    if (side === 'older') {
      joinDays(last, sheet);
      last.box.after(sheet.box);
      settle(sheet.box);
      this.#all.push(sheet);
    } else {
      keepPlace(first.box, () => {
        joinDays(sheet, first);
        first.box.before(sheet.box);
        settle(sheet.box);
      });
      this.#all.unshift(sheet);
    }
    return true;
  }

  /** Replaces all pages by one. Resolves to false, and leaves them, if it does not come now. */
  async replace(href: string): Promise<boolean> {
    this.#wanted = href;
    const sheet = await this.#fetch(href);
    if (!sheet || this.#wanted !== href) return false;
    this.first.box.before(sheet.box);
    settle(sheet.box);
    for (const { box } of this.#all.splice(0)) box.remove();
    this.#all.push(sheet);
    return true;
  }

  /** The page at a height of the window, in CSS pixels. */
  at(y: number): Sheet {
    return this.#all.findLast(({ box }) => box.getBoundingClientRect().top <= y) ?? this.first;
  }

  /** The page with a photo. */
  of(id: string): Sheet | undefined {
    return this.#all.find(({ photos }) => photos.some((photo) => photo.id === id));
  }

  withAddress(href: string): Sheet | undefined {
    return this.#all.find((sheet) => sheet.href === href);
  }

  /** Takes pages that are far from `sheet` out of the document, and brings those near it back. */
  keepNear(sheet: Sheet): void {
    const at = this.#all.indexOf(sheet);
    for (const [index, other] of this.#all.entries()) {
      if (Math.abs(index - at) <= KEPT) void this.fill(other);
      else if (!isEmpty(other) && !other.box.contains(document.activeElement)) empty(other);
    }
  }

  /** Brings the days of a page back into the document. */
  async fill(sheet: Sheet): Promise<void> {
    if (!isEmpty(sheet) || this.#filling.has(sheet)) return;
    this.#filling.add(sheet);
    const fresh = await this.#fetch(sheet.href);
    this.#filling.delete(sheet);
    if (fresh && this.#all.includes(sheet)) this.#fillWith(sheet, fresh);
  }

  /** Fetches a page again, and shows what has become of it in the meantime. */
  async refresh(sheet: Sheet): Promise<void> {
    const reply = await fetchPage(sheet.href);
    const fresh = reply.status === 200 && reply.page ? readSheet(sheet.href, reply.page) : undefined;
    const isKnown = this.#all.includes(sheet) && !isEmpty(sheet);
    if (fresh && isKnown && idsOf(fresh) !== idsOf(sheet)) this.#fillWith(sheet, fresh);
  }

  #fillWith(sheet: Sheet, fresh: Sheet): void {
    const before = this.#all[this.#all.indexOf(sheet) - 1];
    joinDays(before, fresh);
    keepPlace(this.at(0).box, () => {
      sheet.box.replaceChildren(...fresh.box.childNodes);
      sheet.box.style.height = '';
      settle(sheet.box);
    });
    const { photos, prev, next, firstDay, lastDay } = fresh;
    Object.assign(sheet, { photos, prev, next, firstDay, lastDay });
  }

  async #fetch(href: string): Promise<Sheet | undefined> {
    const reply = await fetchPage(href);
    if (reply.status === 200 && reply.page) return readSheet(href, reply.page);
    this.#onFault(reply);
    return undefined;
  }
}

/** Changes what stands above or at `anchor`, and scrolls so that its last photo stays where it is. */
function keepPlace(anchor: HTMLElement, change: () => void): void {
  const bottom = () => anchor.getBoundingClientRect().bottom;
  const before = bottom();
  change();
  const moved = bottom() - before;
  if (moved !== 0) scrollBy({ top: moved, behavior: 'instant' });
}

/** Tells the browser the height of a part that it skips: an estimate would move what stands below it. */
function settle(box: HTMLElement): void {
  box.style.contentVisibility = 'visible';
  box.style.containIntrinsicHeight = `auto ${box.getBoundingClientRect().height}px`;
  box.style.contentVisibility = '';
}

const isEmpty = ({ box }: Sheet) => box.childElementCount === 0;

function empty({ box }: Sheet): void {
  box.style.height = `${box.getBoundingClientRect().height}px`;
  box.replaceChildren();
}

const idsOf = ({ photos }: Sheet) => photos.map(({ id, gone }) => (gone ? '' : id)).join();
