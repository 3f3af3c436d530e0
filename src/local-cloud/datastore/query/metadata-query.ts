import { elementsAt } from '../commit/property-path.ts';
import type { Disk } from '../disk.ts';
import { encodePath } from '../encoding/keys.ts';
import { END, prefixEnd } from '../encoding/ordered-bytes.ts';
import { TYPE_TAG } from '../encoding/values.ts';
import type { PathElement, Value } from '../protocol.ts';
import type { Entry } from '../store/entity-store.ts';
import { contains, type Interval } from './interval.ts';
import type { Hit } from './merge.ts';
import type { MetadataKind, QueryShape } from './query-shape.ts';
import { justAfter, type Reader } from './reader.ts';

const DESCRIBED: Record<MetadataKind, (disk: Disk, shape: QueryShape) => Described[]> = {
  __namespace__: namespaces,
  __kind__: kinds,
  __property__: properties,
};

/** What a result of a metadata query describes: its path, and the rows that must exist for it to be one. */
interface Described {
  path: PathElement[];
  rows: Buffer;
}

/** The results of a metadata query in the order of their keys. They come from the indexes: only indexed properties are found. */
export function* metadataHits(
  disk: Disk,
  reader: Reader,
  shape: QueryShape,
  kind: MetadataKind,
  { interval, entities }: { interval: Interval; entities: boolean },
): Generator<Hit> {
  const { ancestor = Buffer.alloc(0), disjuncts } = shape;
  const described = DESCRIBED[kind](disk, shape)
    .map(({ path, rows }) => ({ path, rows, key: Buffer.concat([encodePath(path), END]) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  for (const { path, key, rows } of described) {
    const position = key.subarray(ancestor.length);
    const isUnder = key.subarray(0, ancestor.length).equals(ancestor);
    const isWanted = isUnder && contains([interval], position) && disjuncts.some(({ keys }) => contains(keys, key));
    if (!isWanted || firstRows(reader, rows, 1).length === 0) continue;
    const hit = { many: false, entity: NO_ENTITY, position };
    yield entities ? { ...hit, stored: describe(disk, reader, shape, path, rows) } : hit;
  }
}

/** The id that no stored entity has. */
const NO_ENTITY = 0;

function namespaces({ spaces }: Disk, { partition }: QueryShape): Described[] {
  return spaces
    .partitions()
    .filter(({ projectId, databaseId }) => projectId === partition.projectId && databaseId === partition.databaseId)
    .map((other) => {
      // An empty name is no name of a key, so the default namespace has an id.
      const name = other.namespaceId === '' ? { id: '1' } : { name: other.namespaceId };
      return { path: [{ kind: '__namespace__', ...name }], rows: spaces.prefix(other, ['all']) };
    });
}

function kinds({ spaces }: Disk, { partition }: QueryShape): Described[] {
  return spaces.names(partition).flatMap(([type, kind]) => {
    if (type !== 'kind') return [];
    return { path: [{ kind: '__kind__', name: kind }], rows: spaces.prefix(partition, ['kind', kind]) };
  });
}

function properties({ spaces }: Disk, { partition }: QueryShape): Described[] {
  return spaces.names(partition).flatMap(([type, kind, property]) => {
    if (type !== 'property') return [];
    const path = [
      { kind: '__kind__', name: kind },
      { kind: '__property__', name: property },
    ];
    return { path, rows: spaces.prefix(partition, ['property', kind, property]) };
  });
}

function describe(disk: Disk, reader: Reader, { partition }: QueryShape, path: PathElement[], rows: Buffer) {
  const [, property] = path;
  const values = property && representations(disk, reader, property.name!, rows).map(asText);
  const entity = {
    key: { partitionId: partition, path },
    properties: values ? { property_representation: { valueType: 'arrayValue', arrayValue: { values } } as Value } : {},
  };
  return { id: NO_ENTITY, version: disk.latest, created: disk.latest, data: disk.codec.encode(entity) };
}

const asText = (stringValue: string): Value => ({ valueType: 'stringValue', stringValue });

/** The types of a property's values by the names of the documentation, in alphabetical order. */
function representations(disk: Disk, reader: Reader, property: string, rows: Buffer): string[] {
  const found = Object.entries(REPRESENTATIONS).flatMap(([type, name]) => {
    const typed = Buffer.concat([rows, Buffer.of(TYPE_TAG[type as keyof typeof TYPE_TAG])]);
    return firstRows(reader, typed, 1).length > 0 ? [name] : [];
  });
  return [...new Set([...found, ...numberTypes(disk, reader, property, rows)])].sort();
}

/** The documentation names no representation of an embedded entity [unverified]. */
const REPRESENTATIONS = {
  null: 'NULL',
  timestamp: 'INT64',
  boolean: 'BOOLEAN',
  string: 'STRING',
  blob: 'STRING',
  geoPoint: 'POINT',
  key: 'REFERENCE',
  entity: 'ENTITY',
};

/** How many numbers are examined from each end of an index. */
const EXAMINED_NUMBERS = 500;

/** An index holds integers and doubles alike, so the entities of its least and its greatest numbers are read. */
function numberTypes(disk: Disk, reader: Reader, property: string, rows: Buffer): string[] {
  const numbers = Buffer.concat([rows, Buffer.of(TYPE_TAG.number)]);
  const least = firstRows(reader, numbers, EXAMINED_NUMBERS);
  const greatest = least.length < EXAMINED_NUMBERS ? [] : firstRows(reader, numbers, EXAMINED_NUMBERS, true);
  return [...least, ...greatest].flatMap((row) => {
    // The scan has noted the range already, so nothing more is noted for a transaction.
    const entity = reader.entity(row, () => numbers);
    const elements = entity ? elementsAt(disk.codec.decode(entity.data), property.split('.')) : [];
    return elements.flatMap(({ valueType, excludeFromIndexes }) => {
      if (excludeFromIndexes) return [];
      return valueType === 'integerValue' ? 'INT64' : valueType === 'doubleValue' ? 'DOUBLE' : [];
    });
  });
}

/** At most `limit` rows that begin with `prefix`, from the first on, or from the last on backwards. */
function firstRows(reader: Reader, prefix: Buffer, limit: number, backwards = false): Entry[] {
  const found: Entry[] = [];
  let range = { from: prefix, to: prefixEnd(prefix)! };
  while (found.length < limit) {
    const { entries, last } = reader.scan(range, backwards, limit, false);
    found.push(...entries);
    if (!last) break;
    range = backwards ? { from: range.from, to: last } : { from: justAfter(last), to: range.to };
  }
  return found.slice(0, limit);
}
