import type { Disk } from '../disk.ts';
import type { Entry, StoredEntity } from '../store/entity-store.ts';
import { intersect, type Interval } from './interval.ts';
import { firstPosition } from './matches.ts';
import type { Scan } from './index-choice.ts';
import type { Source } from './planner.ts';
import { isWanted, pathIn, positionOf, splitPosition, suffixCut, type Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import { Walk, type Purpose, type Step } from './walk.ts';

/** A result, before its entity is read. */
export interface Hit extends Omit<Entry, 'k'> {
  position: Position;
}

/** What is walked: where from and to among the positions, and what for. */
export interface Section extends Purpose {
  interval: Interval;
}

/** The results of a query in order, each once; read as they are taken. */
export function* hits(
  disk: Disk,
  reader: Reader,
  shape: QueryShape,
  sources: Source[],
  section: Section,
): Generator<Hit> {
  const rows = union(sources.map((source) => rowsOf(reader, shape, source, section)));
  const seen = shape.distinct === undefined ? undefined : distinctFilter(shape, section.interval.from.prefix);
  for (const hit of rows) {
    if (seen && !seen(hit.position)) continue;
    // A projection gives a row per combination of values, everything else an entity once.
    if (hit.many && !shape.projection && !isFirst(disk, reader, shape, hit)) continue;
    yield hit;
  }
}

/** The entity of a hit. */
export function entityOf(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): StoredEntity | undefined {
  return reader.entity(hit, () => {
    const space = disk.spaces.prefix(shape.partition, ['all']);
    return Buffer.concat([space, shape.ancestor ?? Buffer.alloc(0), pathIn(shape, hit.position)]);
  });
}

function isFirst(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): boolean {
  const stored = entityOf(disk, reader, shape, hit);
  return stored !== undefined && (firstPosition(shape, disk.codec.decode(stored.data))?.equals(hit.position) ?? false);
}

function* rowsOf(reader: Reader, shape: QueryShape, source: Source, section: Section): Generator<Hit> {
  const { from, to } = section.interval;
  const within = { from: suffixCut(shape, source, from), to: suffixCut(shape, source, to) };
  const intervals = intersect(source.intervals, [within]);
  for (const { suffix, ...entry } of join(reader, source.scans, intervals, section)) {
    if (source.columns && !isWanted(source.columns, suffix)) continue;
    yield { ...entry, position: positionOf(shape, source, suffix) };
  }
}

/** The rows that stand in all scans: each is asked in turn to go to the furthest place of the others. */
function* join(reader: Reader, scans: Scan[], intervals: Interval[], purpose: Purpose): Generator<Step> {
  // How far each of several scans must go to meet the others is not known.
  const each = scans.length > 1 ? { expected: NaN, entities: false } : purpose;
  const [first, ...others] = scans.map((scan) => new Walk(reader, scan, intervals, each));
  let step = first?.next();
  let many = false;
  for (let agreed = 0; step;) {
    if (agreed === others.length) {
      yield { ...step, many: many || step.many };
      [step, agreed, many] = [first!.next(), 0, false];
      continue;
    }
    const other = others[agreed]!.seek(step.suffix);
    if (!other) return;
    many ||= other.many;
    if (other.suffix.equals(step.suffix)) agreed++;
    else [step, agreed, many] = [first!.seek(other.suffix), 0, false];
  }
}

/** Merges ascending rows; rows at one position are one result. */
function* union(sources: Generator<Hit>[]): Generator<Hit> {
  if (sources.length === 1) return yield* sources[0]!;
  const heads = sources.map((source) => ({ source, hit: source.next().value as Hit | undefined }));
  for (;;) {
    const open = heads.filter(({ hit }) => hit).map(({ hit }) => hit!);
    const next = open.reduce<Hit | undefined>(
      (a, b) => (a && Buffer.compare(a.position, b.position) <= 0 ? a : b),
      undefined,
    );
    if (!next) return undefined;
    const same = heads.filter(({ hit }) => hit?.position.equals(next.position));
    yield { ...next, many: same.some(({ hit }) => hit!.many) };
    for (const head of same) head.hit = head.source.next().value as Hit | undefined;
  }
}

/** Passes the first row of each combination; `start` is where an earlier page ended. */
function distinctFilter(shape: QueryShape, start: Buffer): (position: Position) => boolean {
  const group = (position: Buffer) => Buffer.concat(splitPosition(shape, position).slice(0, shape.distinct));
  let last = start.length > 0 ? group(start) : undefined;
  return (position) => {
    const next = group(position);
    if (last?.equals(next)) return false;
    last = next;
    return true;
  };
}
