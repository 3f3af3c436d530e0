import type { Key, PathElement } from '../../datastore/protocol.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { ConsoleFault, linkTo, type ConsoleDeps } from '../section.ts';

/** The project's database and namespace that a page is about: the default ones unless the query names others. */
export function partitionIn({ projectId }: ConsoleDeps, query: URLSearchParams): Partition {
  return { projectId, databaseId: query.get('db') ?? '', namespaceId: query.get('ns') ?? '' };
}

/** The part of a query that names the partition. */
export const partitionQuery = ({ databaseId = '', namespaceId = '' }: Partial<Partition>) => ({
  db: databaseId || undefined,
  ns: namespaceId || undefined,
});

/** The page of an entity. */
export const entityLink = (key: Key, partition: Partial<Partition> = key.partitionId ?? {}) =>
  linkTo('/datastore/entity', { key: writeKey(key), ...partitionQuery(partition) });

/** A path as JSON: kinds and names by turns, and `{"id":"1"}` for an element with an id. */
export const writeKey = ({ path }: Key): string =>
  JSON.stringify(path.flatMap(({ kind, name, id }) => [kind, name ?? { id: String(id) }]));

/** @throws ConsoleFault 400 when the text is no such path */
export function readKey(text: string | null, partition: Partition): Key {
  const path = pathIn(text);
  if (!path) throw new ConsoleFault(400, 'A key is a JSON list such as ["User","ana","Photo",{"id":"1"}].');
  return { partitionId: partition, path };
}

function pathIn(text: string | null): PathElement[] | undefined {
  const parts = parsed(text);
  if (!Array.isArray(parts) || parts.length === 0 || parts.length % 2 !== 0) return undefined;
  const elements = Array.from({ length: parts.length / 2 }, (_, at) => elementOf(parts[2 * at], parts[2 * at + 1]));
  return elements.every((element) => element !== undefined) ? elements : undefined;
}

function elementOf(kind: unknown, name: unknown): PathElement | undefined {
  if (typeof kind !== 'string' || kind === '') return undefined;
  if (typeof name === 'string' && name !== '') return { kind, name };
  const id = (name as { id?: unknown } | null)?.id;
  return typeof id === 'string' && /^[1-9]\d{0,18}$/.test(id) ? { kind, id } : undefined;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** The name or id of the last element, as a person reads it. */
export const lastName = ({ path }: Key): string => nameOf(path.at(-1));

export const nameOf = (element: PathElement | undefined): string => element?.name ?? `id ${element?.id ?? 'missing'}`;

/** A whole path as a person reads it. */
export const keyWords = ({ path }: Key): string =>
  path.map((element) => `${element.kind} ${nameOf(element)}`).join(' / ');
