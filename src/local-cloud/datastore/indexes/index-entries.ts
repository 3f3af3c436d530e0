import { CloudError } from '../../cloud-error.ts';
import { ancestorLengths, encodePath } from '../encoding/keys.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import type { Entity, PathElement } from '../protocol.ts';
import type { EntryMap } from '../store/entity-writer.ts';
import type { Partition, Spaces } from '../store/spaces.ts';
import { describeIndex, keyDescends, valueProperties, type CompositeIndex } from './composite-index.ts';
import { indexedValues, type IndexedValues } from './indexed-values.ts';

/** The indexes of a database, and the numbers of the spaces that they fill. */
export interface IndexSet {
  spaces: Spaces;
  indexes: CompositeIndex[];
}

/**
 * The index rows of an entity. Each is the prefix of its space, for an ancestor index the ended path of one ancestor,
 * the values, and the ended path of the entity (behind that ancestor).
 */
export function indexEntries({ spaces, indexes }: IndexSet, partition: Partition, entity: Entity): EntryMap {
  const path = entity.key!.path;
  const kind = path.at(-1)!.kind;
  const tail = Buffer.concat([encodePath(path), END]);
  const entries = new Map<string, boolean>();
  const add = (space: Buffer, parts: readonly Buffer[], end: Buffer, many: boolean) =>
    entries.set(Buffer.concat([space, ...parts, end]).toString('latin1'), many);
  add(spaces.prefixForWrite(partition, ['all']), [], tail, false);
  add(spaces.prefixForWrite(partition, ['kind', kind]), [], tail, false);
  const values = indexedValues(entity);
  for (const [property, list] of values) {
    const space = spaces.prefixForWrite(partition, ['property', kind, property]);
    for (const value of list) add(space, [value], tail, list.length > 1);
  }
  for (const index of indexes) {
    if (index.kind !== kind) continue;
    for (const [k, many] of compositeEntries(spaces, index, partition, path, values)) entries.set(k, many);
  }
  refuseRows(entries.size);
  return entries;
}

/** The most rows that one entity may have in all indexes together (PLATFORM 1.11). */
const MAX_ROWS = 20_000;

/** The rows of one composite index for an entity; none if it lacks a property. */
export function* compositeEntries(
  spaces: Spaces,
  index: CompositeIndex,
  partition: Partition,
  path: readonly PathElement[],
  values: IndexedValues,
): Generator<[string, boolean]> {
  const columns = valueProperties(index).map(({ name, direction }) => {
    const column = values.get(name) ?? [];
    return direction === 'desc' ? column.map(inverted) : column;
  });
  if (columns.some((column) => column.length === 0)) return;
  const space = spaces.prefixForWrite(partition, ['composite', index.kind, describeIndex(index)]);
  const many = columns.some((column) => column.length > 1);
  const ends = rowEnds(index, path);
  refuseRows(columns.reduce((count, column) => count * column.length, ends.length));
  for (const row of combinations(columns)) {
    for (const [ancestor, tail] of ends)
      yield [Buffer.concat([space, ancestor, ...row, tail]).toString('latin1'), many];
  }
}

/** Per ancestor (the entity itself is one) what goes before the values and after them. */
function rowEnds(index: CompositeIndex, path: readonly PathElement[]): [Buffer, Buffer][] {
  const whole = encodePath(path);
  const lengths = index.ancestor ? ancestorLengths(path) : [0];
  return lengths.map((length) => {
    const tail = Buffer.concat([whole.subarray(length), END]);
    const ancestor = index.ancestor ? Buffer.concat([whole.subarray(0, length), END]) : NOTHING;
    return [ancestor, keyDescends(index) ? inverted(tail) : tail];
  });
}

const NOTHING = Buffer.alloc(0);

function combinations(columns: readonly (readonly Buffer[])[]): Buffer[][] {
  return columns.reduce<Buffer[][]>(
    (rows, column) => rows.flatMap((row) => column.map((value) => [...row, value])),
    [[]],
  );
}

function refuseRows(count: number) {
  if (count <= MAX_ROWS) return;
  throw new CloudError(
    'INVALID_ARGUMENT',
    `Too many indexed properties for entity: ${count} index rows, at most ${MAX_ROWS}.`,
  );
}
