import type { Datastore, Key } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { expiryKey, randomShard } from './sort-keys.ts';
import { codecOf, type Shape } from './stored-shape.ts';

/** Properties of a Datastore entity, as the client takes and gives them. */
export type Properties = Record<string, unknown>;

/** Where an entity is stored: its key, or the path of a raw read. */
interface Located {
  readonly path: readonly unknown[];
}

/** One kind of entity under a user: how its values become properties and are read from them. */
export interface Kind<T> {
  name: string;
  /** The properties that some query filters or orders by; all others stay out of the indexes. */
  indexed: readonly string[];
  encode(value: T): Properties;
  /** @throws UnreadableEntity when the properties are not of a version that this release reads */
  decode(properties: Properties, at: Located): T;
}

/** A kind whose whole value is one unindexed JSON text: it is only looked up by key. Features define theirs with it. */
export function packedKind<T extends object>(name: string, shape: Shape<T>): Kind<T> {
  const codec = codecOf(shape);
  return {
    name,
    indexed: [],
    encode: (value) => ({ view: codec.write(value) }),
    decode: (properties, at) => codec.read(properties['view'], (why) => new UnreadableEntity(name, at, why)),
  };
}

/** A packed kind of which a sweep deletes what has expired. `endOf` is in milliseconds since the Unix epoch. */
export function expiringKind<T extends object>(name: string, shape: Shape<T>, endOf: (value: T) => number): Kind<T> {
  const kind = packedKind(name, shape);
  return {
    ...kind,
    indexed: ['expiryKey'],
    encode: (value) => ({ ...kind.encode(value), expiryKey: expiryKey(randomShard(), endOf(value)) }),
  };
}

/** A stored entity that this release cannot read. */
export class UnreadableEntity extends Error {
  constructor(kind: string, { path }: Located, why: string) {
    const names = path.map((element) => (isPathElement(element) ? `${element.kind}/${element.name}` : element));
    super(`The ${kind} entity ${names.join('/')} cannot be read: ${why}.`);
    this.name = 'UnreadableEntity';
  }
}

const isPathElement = (element: unknown): element is { kind: string; name: string } =>
  typeof element === 'object' && element !== null;

/** The Datastore key of an entity under `user`; without a name, of the user itself. */
export function keyOf(datastore: Datastore, user: UserId, kind: { name: string }, name?: string): Key {
  return datastore.key(name === undefined ? ['User', user] : ['User', user, kind.name, name]);
}

/** The key of an entity that Google's client has read: the client keeps it under a symbol, which its types do not know. */
export const keyOfEntity = (datastore: Datastore, entity: object): Key =>
  (entity as Record<symbol, Key>)[datastore.KEY] as Key;

/** What `save` takes: everything but the indexed properties is excluded from indexes. */
export function toEntity<T>(key: Key, kind: Kind<T>, value: T) {
  const data = kind.encode(value);
  return { key, data, excludeFromIndexes: Object.keys(data).filter((name) => !kind.indexed.includes(name)) };
}
