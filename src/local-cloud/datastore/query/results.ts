import type { Disk } from '../disk.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import { behindStart, distinctFilter, nextGroup } from './distinct.ts';
import { intersect, type Interval, contains } from './interval.ts';
import type { Scan } from './index-choice.ts';
import { metadataHits } from './metadata-query.ts';
import { join, union, type Hit } from './merge.ts';
import type { Source } from './planner.ts';
import { isWanted, pathIn, positionOf, suffixCut, type Position } from './position.ts';
import { isMetadataKind, type QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import { IndexScan, type Purpose } from './index-scan.ts';
import { encodePath } from '../encoding/keys.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import { indexedValues, type IndexedValues } from '../indexes/indexed-values.ts';
import type { Entity } from '../protocol.ts';
import { constantOf, type Disjunct } from './disjunct.ts';
import type { Order } from './orders.ts';

/** Which positions are read, and what for. */
interface Section extends Purpose {
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
  if (isMetadataKind(shape.kind)) {
    yield* metadataHits(disk, reader, shape, shape.kind, section);
    return;
  }
  const isDistinct = shape.distinct !== undefined;
  const read = isDistinct ? { ...section, interval: behindStart(shape, section.interval), entities: false } : section;
  const isNew = isDistinct ? distinctFilter(shape) : undefined;
  for (const hit of union(sources.map((source) => rowsOf(reader, shape, source, read)))) {
    // A projection gives a row per combination of values, everything else an entity once.
    if (hit.many && !shape.projection && !isFirst(disk, reader, shape, hit)) continue;
    if (isNew && !isNew(hit.position)) continue;
    yield hit;
  }
}

/** The entity of a hit. */
export function entityOf(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): StoredEntity | undefined {
  return reader.entity(hit, () => primaryRowOf(disk, shape, hit));
}

/** Notes an entity as read whose row in an index is all that is read of it. */
export function noteEntity(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): void {
  reader.note(() => primaryRowOf(disk, shape, hit));
}

function primaryRowOf(disk: Disk, shape: QueryShape, { position }: Hit): Buffer {
  const space = disk.spaces.prefix(shape.partition, ['all']);
  return Buffer.concat([space, shape.ancestor ?? Buffer.alloc(0), pathIn(shape, position)]);
}

function isFirst(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): boolean {
  const stored = entityOf(disk, reader, shape, hit);
  return stored !== undefined && (firstPosition(shape, disk.codec.decode(stored.data))?.equals(hit.position) ?? false);
}

function* rowsOf(reader: Reader, shape: QueryShape, source: Source, section: Section): Generator<Hit> {
  const { from, to } = section.interval;
  const within = { from: suffixCut(shape, source, from), to: suffixCut(shape, source, to) };
  const intervals = intersect(source.intervals, [within]);
  const scans = scansOf(reader, source.scans, intervals, section);
  for (const { suffix, ...entry } of join(scans, nextGroup(shape, source))) {
    if (source.residual && !isWanted(source.residual, suffix)) continue;
    yield { ...entry, position: positionOf(shape, source, suffix) };
  }
}

function scansOf(reader: Reader, scans: Scan[], intervals: Interval[], purpose: Purpose): IndexScan[] {
  // How far each of several scans must go to meet the others is not known.
  const each = scans.length > 1 ? { expected: NaN, entities: false } : purpose;
  return scans.map((scan) => new IndexScan(reader, scan, intervals, each));
}

/**
 * Where an entity stands first among the results. One with several values for a property has several rows in an index,
 * and is a result only once; this needs no memory of the rows before, so it holds across cursors too.
 */
function firstPosition(shape: QueryShape, entity: Entity): Position | undefined {
  const values = indexedValues(entity);
  const path = Buffer.concat([encodePath(entity.key!.path), END]);
  const positions = shape.disjuncts
    .filter((disjunct) => matches(disjunct, values, path))
    .map((disjunct) => positionIn(shape, disjunct, values, path))
    .filter((position) => position !== undefined);
  return positions.sort(Buffer.compare)[0];
}

function matches({ equals, keys }: Disjunct, values: IndexedValues, path: Buffer): boolean {
  const has = (property: string, value: Buffer) => values.get(property)?.some((other) => other.equals(value)) ?? false;
  return equals.every(({ property, value }) => has(property, value)) && contains(keys, path);
}

function positionIn(shape: QueryShape, disjunct: Disjunct, values: IndexedValues, path: Buffer): Position | undefined {
  const parts = shape.orders.map((order) => firstValue(order, disjunct, values));
  if (parts.includes(undefined)) return undefined;
  const key = path.subarray(shape.ancestor?.length ?? 0);
  return Buffer.concat([...(parts as Buffer[]), shape.keyDescends ? inverted(key) : key]);
}

function firstValue({ property, descending }: Order, disjunct: Disjunct, values: IndexedValues) {
  const constant = constantOf(disjunct, property);
  const all = constant ? [constant] : (values.get(property) ?? []);
  const intervals = disjunct.ranges.get(property);
  const wanted = intervals ? all.filter((value) => contains(intervals, value)) : all;
  const first = descending ? wanted.at(-1) : wanted[0];
  return first && descending ? inverted(first) : first;
}
