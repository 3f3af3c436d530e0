import type { Disk } from '../disk.ts';
import type { Entry, StoredEntity } from '../store/entity-store.ts';
import { intersect, type Interval } from './interval.ts';
import { behindStart, distinctFilter, nextGroup } from './distinct.ts';
import { firstPosition } from './matches.ts';
import type { Scan } from './index-choice.ts';
import type { Source } from './planner.ts';
import { isWanted, pathIn, positionOf, suffixCut, type Position } from './position.ts';
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
  const isDistinct = shape.distinct !== undefined;
  const walked = isDistinct ? { ...section, interval: behindStart(shape, section.interval), entities: false } : section;
  const isNew = isDistinct ? distinctFilter(shape) : undefined;
  for (const hit of union(sources.map((source) => rowsOf(reader, shape, source, walked)))) {
    // A projection gives a row per combination of values, everything else an entity once.
    if (hit.many && !shape.projection && !isFirst(disk, reader, shape, hit)) continue;
    if (isNew && !isNew(hit.position)) continue;
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
  const walks = walksOf(reader, source.scans, intervals, section);
  for (const { suffix, ...entry } of join(walks, nextGroup(shape, source))) {
    if (source.columns && !isWanted(source.columns, suffix)) continue;
    yield { ...entry, position: positionOf(shape, source, suffix) };
  }
}

function walksOf(reader: Reader, scans: Scan[], intervals: Interval[], purpose: Purpose): Walk[] {
  // How far each of several scans must go to meet the others is not known.
  const each = scans.length > 1 ? { expected: NaN, entities: false } : purpose;
  return scans.map((scan) => new Walk(reader, scan, intervals, each));
}

/**
 * The rows that stand in all walks: each is asked in turn to go to the furthest place of the others. `jump` tells where
 * to go on behind a row, if not at the next.
 */
function* join([first, ...others]: Walk[], jump?: (suffix: Buffer) => Buffer | null): Generator<Step> {
  let step = first?.next();
  let many = false;
  for (let agreed = 0; step;) {
    if (agreed === others.length) {
      yield { ...step, many: many || step.many };
      [step, agreed, many] = [advance(first!, step, jump), 0, false];
      continue;
    }
    const other = others[agreed]!.seek(step.suffix);
    if (!other) return;
    many ||= other.many;
    if (other.suffix.equals(step.suffix)) agreed++;
    else [step, agreed, many] = [first!.seek(other.suffix), 0, false];
  }
}

function advance(
  walk: Walk,
  { suffix }: Step,
  jump: ((suffix: Buffer) => Buffer | null) | undefined,
): Step | undefined {
  if (!jump) return walk.next();
  const next = jump(suffix);
  return next ? walk.seek(next) : undefined;
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
