import { CloudError } from '../../cloud-error.ts';
import { ancestorLengths, encodePath } from '../encoding/keys.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import { LIMITS } from '../limits.ts';
import type { Entity, PathElement } from '../protocol.ts';
import type { EntryMap } from '../store/entity-writer.ts';
import type { Partition, SpaceName, Spaces } from '../store/spaces.ts';
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
  const { path } = entity.key!;
  const values = indexedValues(entity);
  const entries = new Map(automaticEntries(spaces, partition, path, values));
  let compositeBytes = 0;
  for (const index of indexes.filter((index) => index.kind === path.at(-1)!.kind)) {
    for (const [k, many] of compositeEntries(spaces, index, partition, path, values)) {
      entries.set(k, many);
      compositeBytes += k.length;
    }
  }
  if (compositeBytes > LIMITS.compositeRows) throw tooMany(`${compositeBytes} bytes in composite indexes`);
  refuseRows(entries.size);
  return entries;
}

/** The rows that every entity has: for its key, its kind, and each of its properties. */
function* automaticEntries(
  spaces: Spaces,
  partition: Partition,
  path: readonly PathElement[],
  values: IndexedValues,
): Generator<[string, boolean]> {
  const { kind } = path.at(-1)!;
  const tail = Buffer.concat([encodePath(path), END]);
  const row = (name: SpaceName, value: Buffer) =>
    Buffer.concat([spaces.prefixForWrite(partition, name), value, tail]).toString('latin1');
  yield [row(['all'], NOTHING), false];
  yield [row(['kind', kind], NOTHING), false];
  for (const [property, list] of values) {
    for (const value of list) yield [row(['property', kind, property], value), list.length > 1];
  }
}

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
  if (count > LIMITS.indexRows) throw tooMany(`${count} index rows, at most ${LIMITS.indexRows}`);
}

const tooMany = (what: string) =>
  new CloudError('INVALID_ARGUMENT', `Too many indexed properties for entity: ${what}.`);
