/**
 * The shape in which the values of a kind are stored: JSON with the version `v`. A release that changes a shape so that
 * stored values no longer fit raises the version, and adds a migration from the version before.
 */
export interface Shape<T extends object> {
  version: number;
  /** The type of each required field. The compiler holds them against `T`. */
  fields: Fields<T>;
  /**
   * The version that a value is written with, if an earlier release can read it as well. During a deploy and after a
   * rollback, earlier releases read what this one wrote.
   */
  writtenVersion?: (value: T) => number;
  /** By version: makes a value of the next version of a stored one. */
  migrations?: Readonly<Record<number, (stored: Stored) => Stored>>;
}

/** A value as it was stored, before its fields are checked. */
export type Stored = Record<string, unknown>;

type Fields<T extends object> = { readonly [K in RequiredKeys<T>]: TypeName<T[K]> };

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

type TypeName<V> = unknown extends V
  ? 'unknown'
  : null extends V
    ? `${PlainTypeName<NonNullable<V>>}|null`
    : PlainTypeName<V>;

type PlainTypeName<V> = V extends string
  ? 'string'
  : V extends number
    ? 'number'
    : V extends boolean
      ? 'boolean'
      : V extends readonly unknown[]
        ? 'array'
        : 'object';

/** Writes values of a shape as JSON text, and reads them. */
interface Codec<T extends object> {
  write(value: T): string;
  /** @throws what `fault` makes of the reason why the text cannot be read */
  read(text: unknown, fault: (why: string) => Error): T;
}

/**
 * The codec of a shape. It brings older values to the version of this release. Of a value it checks the types of the
 * required fields alone, because lists read hundreds of photos.
 */
export function codecOf<T extends object>(shape: Shape<T>): Codec<T> {
  const { version, writtenVersion = () => version } = shape;
  const checks = Object.entries<string>(shape.fields).map(([field, types]) => ({ field, types: types.split('|') }));
  return {
    // A value that was read still has its own `v`, so the version comes last.
    write: (value) => JSON.stringify({ ...value, v: writtenVersion(value) }),
    read(text, fault) {
      const read = parse(text);
      if (read === undefined) throw fault('its property view is no JSON object');
      const stored = read['v'] === version ? read : migrated(shape, read, fault);
      for (const { field, types } of checks) {
        const type = typeNameOf(stored[field]);
        if (!types.includes(type) && types[0] !== 'unknown') throw fault(`its field ${field} is ${type}`);
      }
      return stored as T;
    },
  };
}

function parse(text: unknown): Stored | undefined {
  try {
    const read: unknown = JSON.parse(String(text));
    return typeNameOf(read) === 'object' ? (read as Stored) : undefined;
  } catch {
    return undefined;
  }
}

function migrated<T extends object>(
  { version, migrations = {} }: Shape<T>,
  read: Stored,
  fault: (why: string) => Error,
): Stored {
  const { v } = read;
  let stored = read;
  for (let at = typeof v === 'number' ? v : 0; at !== version; at++) {
    const migrate = migrations[at];
    if (!migrate) throw fault(`its version is ${JSON.stringify(v)}, and this release reads 1 to ${version}`);
    stored = migrate(stored);
  }
  return stored;
}

const typeNameOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
