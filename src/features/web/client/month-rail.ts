import { dateDialog } from './date-dialog.ts';
import type { PhotoGrid } from './photo-grid.ts';

/** A month that has photos. */
interface Month {
  /** As `2019-07`. */
  month: string;
  count: number;
  /** Photos that are newer than the month. */
  before: number;
}

/** How long the pointer or the keys rest on a month before its photos are fetched, in milliseconds. */
const REST_MS = 200;
/** How long the scrubber of a phone stays after scrolling, in milliseconds. */
const STAYS_MS = 2000;
/** The least distance between two years that are written beside the scrubber, in CSS pixels. */
const YEAR_PX = 20;

/**
 * The years and months of the timeline. It becomes a scrubber: each month takes its share of the height, and choosing
 * one replaces the list by the page of that month. The links stay, in a dialog.
 */
export class MonthRail extends HTMLElement {
  #months: Month[] = [];
  #total = 0;
  /** The month that is chosen or in view. */
  #at = 0;
  #jumped = false;
  /** Jumps whose page is under way. */
  #jumps = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #track = part('div', 'scrubber');
  readonly #knob = part('div', 'knob');
  readonly #tip = part('div', 'tip');
  #dialog: HTMLDialogElement | undefined;

  connectedCallback(): void {
    if (this.#months.length > 0) return;
    this.#months = monthsIn(this.dataset['counts'] ?? '');
    this.#total = this.#months.reduce((sum, { count }) => sum + count, 0);
    if (this.#months.length === 0) return;
    const links = this.querySelector('nav');
    if (links) {
      this.#dialog = dateDialog(links, (period) => {
        this.#jumped = false;
        void this.#jumpTo(period);
      });
      this.append(this.#dialog);
    }
    this.#buildTrack();
    document.addEventListener('day-in-view', (event) => this.#follow((event as CustomEvent<string>).detail));
    addEventListener('scroll', () => this.#showForAWhile(), { passive: true });
    document.querySelector('.to-months')?.addEventListener('click', (event) => {
      event.preventDefault();
      this.askForDate();
    });
  }

  /** Opens the dialog that leads to a date. */
  askForDate(): void {
    if (!this.#dialog?.open) this.#dialog?.showModal();
  }

  /** Jumps to the next month beyond a month or year. Stays if there is none. */
  async goBeyond(period: string, side: 'older' | 'newer'): Promise<void> {
    const isBeyond = ({ month }: Month) => (side === 'older' ? month < period : month.slice(0, period.length) > period);
    const at = side === 'older' ? this.#months.findIndex(isBeyond) : this.#months.findLastIndex(isBeyond);
    const beyond = this.#months[at];
    if (!beyond) return;
    const isYear = period.length === 4 && side === 'newer';
    await this.#jumpTo(isYear ? beyond.month.slice(0, 4) : beyond.month);
  }

  #buildTrack(): void {
    const track = this.#track;
    track.tabIndex = 0;
    for (const [name, value] of [
      ['role', 'slider'],
      ['aria-label', 'Months'],
      ['aria-orientation', 'vertical'],
      ['aria-valuemin', '0'],
      ['aria-valuemax', String(this.#months.length - 1)],
    ] as const) {
      track.setAttribute(name, value);
    }
    track.append(this.#knob, this.#tip);
    this.append(track);
    this.#show(this.#at);
    new ResizeObserver(() => this.#writeYears()).observe(track);
    track.addEventListener('keydown', (event) => this.#onKey(event));
    track.addEventListener('pointerdown', (event) => this.#onPointerDown(event));
    track.addEventListener('pointermove', (event) => this.#onPointerMove(event));
    track.addEventListener('pointerup', (event) => this.#onPointerUp(event));
  }

  /** Years stand where their newest photo stands, if there is room. */
  #writeYears(): void {
    const height = this.#track.clientHeight;
    for (const year of this.#track.querySelectorAll('.year')) year.remove();
    let free = 0;
    for (const [year, [first]] of Map.groupBy(this.#months, ({ month }) => month.slice(0, 4))) {
      const top = this.#shareOf(first) * height;
      if (top < free || top > height - YEAR_PX / 2) continue;
      free = top + YEAR_PX;
      const label = part('span', 'year');
      label.textContent = year;
      label.style.top = `${top}px`;
      label.setAttribute('aria-hidden', 'true');
      this.#track.append(label);
    }
  }

  #shareOf(month: Month | undefined): number {
    return (month?.before ?? 0) / this.#total;
  }

  /** Moves the knob to a month and says which it is. */
  #show(at: number): void {
    this.#at = Math.min(Math.max(at, 0), this.#months.length - 1);
    const month = this.#months[this.#at];
    const text = month ? describe(month) : '';
    this.#knob.style.top = `${100 * this.#shareOf(month)}%`;
    this.#placeTip(month);
    this.#track.setAttribute('aria-valuenow', String(this.#at));
    this.#track.setAttribute('aria-valuetext', text);
  }

  #placeTip(month: Month | undefined): void {
    this.#tip.textContent = month ? describe(month) : '';
    this.#tip.style.top = `${100 * this.#shareOf(month)}%`;
  }

  #follow(day: string | undefined): void {
    const isChoosing = this.#resting !== undefined || this.#jumps > 0 || this.#track.matches('.held');
    if (day === undefined || isChoosing) return;
    const at = this.#months.findIndex(({ month }) => month <= day.slice(0, 7));
    if (at >= 0) this.#show(at);
  }

  /** Down is older, as in the list. */
  #onKey(event: KeyboardEvent): void {
    const years = Object.keys(Object.groupBy(this.#months, ({ month }) => month.slice(0, 4)))
      .sort()
      .reverse();
    const year = (step: number) => {
      const wanted = years[years.indexOf(this.#months[this.#at]?.month.slice(0, 4) ?? '') + step];
      if (wanted === undefined) return step < 0 ? 0 : this.#months.length - 1;
      return this.#months.findIndex(({ month }) => month.startsWith(wanted));
    };
    const targets: Record<string, () => number> = {
      ArrowDown: () => this.#at + 1,
      ArrowRight: () => this.#at + 1,
      ArrowUp: () => this.#at - 1,
      ArrowLeft: () => this.#at - 1,
      PageDown: () => year(1),
      PageUp: () => year(-1),
      Home: () => 0,
      End: () => this.#months.length - 1,
    };
    const target = targets[event.key];
    if (!target || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#jumped = false;
    this.#show(target());
    this.#jumpAtRest();
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#track.setPointerCapture(event.pointerId);
    this.#track.classList.add('held');
    this.#jumped = false;
    this.#show(this.#monthAt(event.clientY));
  }

  #onPointerMove(event: PointerEvent): void {
    const at = this.#monthAt(event.clientY);
    if (!this.#track.matches('.held')) return this.#placeTip(this.#months[at]);
    if (at === this.#at) return;
    this.#show(at);
    this.#jumpAtRest();
  }

  #onPointerUp(event: PointerEvent): void {
    if (!this.#track.matches('.held')) return;
    this.#track.classList.remove('held');
    this.#show(this.#monthAt(event.clientY));
    this.#jump();
  }

  #monthAt(y: number): number {
    const { top, height } = this.#track.getBoundingClientRect();
    const photo = (Math.min(Math.max((y - top) / height, 0), 1) * this.#total) | 0;
    return this.#months.findLastIndex(({ before }) => before <= photo);
  }

  #jumpAtRest(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#jump(), REST_MS);
  }

  #jump(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    const { month } = this.#months[this.#at] ?? {};
    if (month !== undefined) void this.#jumpTo(month);
  }

  async #jumpTo(period: string): Promise<void> {
    const href = period === this.#months[0]?.month ? '/' : `/?from=${period}`;
    const grid = document.querySelector<PhotoGrid>('photo-grid');
    // One movement is one entry of the history.
    const replace = this.#jumped;
    this.#jumped = true;
    this.#jumps++;
    await grid?.jump(href, { replace });
    this.#jumps--;
  }

  #showForAWhile(): void {
    clearTimeout(this.#leaving);
    this.#track.classList.add('seen');
    this.#leaving = setTimeout(() => this.#track.classList.remove('seen'), STAYS_MS);
  }
}

function monthsIn(counts: string): Month[] {
  let before = 0;
  return counts.split(' ').flatMap((pair) => {
    const [month = '', digits] = pair.split(':');
    const count = Number(digits);
    if (!count) return [];
    before += count;
    return [{ month, count, before: before - count }];
  });
}

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const describe = ({ month, count }: Month) =>
  `${MONTH.format(Date.parse(`${month}-01`))}, ${count.toLocaleString('en')} ${count === 1 ? 'photo' : 'photos'}`;

function part(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
