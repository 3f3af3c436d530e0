import type { Position } from '../store/tables.ts';
import { getBucket } from './buckets.ts';
import type { Engine } from './engine.ts';
import type { Glob } from './glob.ts';
import type { StoredObject } from './object.ts';

export interface ListQuery {
  prefix: string;
  /** Names that have this text after the prefix are grouped into one common prefix each. */
  delimiter: string | undefined;
  /** A common prefix that exists as an object is listed as an object too. */
  includeTrailingDelimiter: boolean;
  /** The first name listed. */
  startOffset: string | undefined;
  /** The first name no longer listed. */
  endOffset: string | undefined;
  versions: boolean;
  /** Whether the soft-deleted objects are listed, in place of the others. */
  softDeleted: boolean;
  limit: number;
  /** Where an earlier page ended. */
  from: Position | undefined;
  /** Only names that match are listed and grouped. */
  glob: Glob | undefined;
}

interface ListPage {
  items: StoredObject[];
  prefixes: string[];
  /** Where the next page begins; undefined at the end. */
  next: Position | undefined;
}

type Entry = { at: Position; object: StoredObject } | { at: Position; prefix: string };

/** One page of a bucket in the order of UTF-8 bytes, then of generations; objects and prefixes count alike. */
export function listObjects(engine: Engine, bucket: string, query: ListQuery): ListPage {
  getBucket(engine, bucket);
  const page: ListPage = { items: [], prefixes: [], next: undefined };
  for (const entry of entries(engine, bucket, query)) {
    if (page.items.length + page.prefixes.length === query.limit) return { ...page, next: entry.at };
    if ('prefix' in entry) page.prefixes.push(entry.prefix);
    else page.items.push(entry.object);
  }
  return page;
}

/** Skips the names that a common prefix stands for, so that the work grows with the page and not with the bucket. */
function* entries(engine: Engine, bucket: string, query: ListQuery): Generator<Entry> {
  const until = [query.endOffset, afterPrefix(query.prefix), afterPrefix(query.glob?.prefix ?? '')].reduce(earlier);
  let from: Position | undefined = start(query);
  while (from) {
    let folded: string | undefined;
    for (const object of range(engine, bucket, query, from, until)) {
      if (query.glob && !query.glob.matches(object.name)) continue;
      folded = foldedPrefix(object.name, query);
      const trailing = query.includeTrailingDelimiter && folded === object.name;
      if (folded === undefined || trailing) yield { at: object, object };
      if (folded !== undefined) break;
    }
    if (folded === undefined) return;
    yield { at: { name: folded, generation: 0 }, prefix: folded };
    const next = afterPrefix(folded);
    from = next === undefined ? undefined : { name: next, generation: 0 };
  }
}

function range({ store }: Engine, bucket: string, query: ListQuery, from: Position, until: string | undefined) {
  if (query.softDeleted) return store.softDeleted.range(bucket, from, until);
  return store.objects.range(bucket, from, until, query.versions);
}

function foldedPrefix(name: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (!delimiter) return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}

function start({ from, startOffset, prefix, glob }: ListQuery): Position {
  return from ?? { name: [startOffset, prefix, glob?.prefix].reduce(later) ?? '', generation: 0 };
}

const inOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0;

/** Undefined is no bound. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return inOrder(a, b) ? b : a;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return inOrder(a, b) ? a : b;
}

const LAST = 0x10ffff;

/** The least name that sorts, by UTF-8 bytes, after every name that begins with `prefix`; undefined if there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0)!;
    if (point < LAST) return points.join('') + String.fromCodePoint(following(point));
  }
  return undefined;
}

/** The next code point that UTF-8 can express: the surrogates are left out. */
const following = (point: number) => (point === 0xd7ff ? 0xe000 : point + 1);
