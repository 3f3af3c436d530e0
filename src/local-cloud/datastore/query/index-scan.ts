import { inverted } from '../encoding/ordered-bytes.ts';
import type { Entry } from '../store/entity-store.ts';
import { before, boundary, compareCuts, invertIntervals, type Interval } from './interval.ts';
import type { Scan } from './index-choice.ts';
import { justAfter, type Reader } from './reader.ts';

/** One row of a scan. The suffix is inverted if the scan reads backwards, so that suffixes always ascend. */
export interface Step extends Omit<Entry, 'k'> {
  suffix: Buffer;
}

/** What a scan is read for. */
export interface Purpose {
  /** How many rows will be asked for; NaN if that is not known. */
  expected: number;
  /** Whether their entities will be, too. */
  entities: boolean;
}

const FIRST_PAGE = 16;
const LARGEST_PAGE = 512;
/** Entities can be large, and many of them at once would be. */
const LARGEST_ENTITY_PAGE = 128;

/** Reads the rows of one scan within intervals, a page at a time. */
export class IndexScan {
  readonly #reader: Reader;
  readonly #scan: Scan;
  #intervals: Interval[];
  readonly #entities: boolean;
  readonly #largestPage: number;
  #pageSize: number;
  #page: Entry[] = [];
  #at = 0;
  /** Where the current interval goes on after the page; undefined when it is done. */
  #last: Buffer | undefined;
  #current: Step | undefined;

  constructor(reader: Reader, scan: Scan, intervals: readonly Interval[], { expected, entities }: Purpose) {
    this.#reader = reader;
    this.#scan = scan;
    this.#intervals = [...intervals];
    this.#entities = entities;
    this.#largestPage = entities ? LARGEST_ENTITY_PAGE : LARGEST_PAGE;
    this.#pageSize = Math.min(Math.max(expected, 1), this.#largestPage) || FIRST_PAGE;
  }

  /** The next row; undefined at the end. */
  next(): Step | undefined {
    while (this.#at >= this.#page.length) if (!this.#fetch()) return undefined;
    this.#current = this.#step(this.#page[this.#at++]!);
    return this.#current;
  }

  /** The first row whose suffix is not below `suffix`, from the one last given on. */
  seek(suffix: Buffer): Step | undefined {
    if (this.#current && Buffer.compare(this.#current.suffix, suffix) >= 0) return this.#current;
    while (this.#at < this.#page.length && Buffer.compare(this.#suffixOf(this.#page[this.#at]!), suffix) < 0)
      this.#at++;
    if (this.#at >= this.#page.length) this.#skipTo(suffix);
    return this.next();
  }

  #skipTo(suffix: Buffer) {
    const cut = before(suffix);
    const rest = this.#intervals.filter(({ to }) => compareCuts(cut, to) < 0);
    const isFirst = rest.length === this.#intervals.length;
    if (rest[0] && compareCuts(rest[0].from, cut) < 0) rest[0] = { from: cut, to: rest[0].to };
    this.#intervals = rest;
    if (!isFirst || rest[0]?.from === cut) this.#last = undefined;
    this.#page = [];
    this.#at = 0;
    // After a jump it is unknown how many entries of the new place are wanted.
    this.#pageSize = FIRST_PAGE;
  }

  #fetch(): boolean {
    const [interval] = this.#intervals;
    if (!interval) return false;
    const { entries, last } = this.#reader.scan(
      this.#range(interval),
      this.#scan.backwards,
      this.#pageSize,
      this.#entities,
    );
    this.#pageSize = Math.min(this.#pageSize * 2, this.#largestPage);
    this.#page = entries;
    this.#at = 0;
    this.#last = last;
    if (!last) this.#intervals.shift();
    return true;
  }

  #range(interval: Interval) {
    const { prefix, backwards } = this.#scan;
    const { from, to } = backwards ? invertIntervals([interval])[0]! : interval;
    const start = boundary(prefix, from)!;
    const end = boundary(prefix, to)!;
    if (!this.#last) return { from: start, to: end };
    return backwards ? { from: start, to: this.#last } : { from: justAfter(this.#last), to: end };
  }

  #step(entry: Entry): Step {
    const { k: _, ...rest } = entry;
    return { ...rest, suffix: this.#suffixOf(entry) };
  }

  #suffixOf({ k }: Entry): Buffer {
    const suffix = k.subarray(this.#scan.prefix.length);
    return this.#scan.backwards ? inverted(suffix) : suffix;
  }
}
