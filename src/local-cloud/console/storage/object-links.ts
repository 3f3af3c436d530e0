import type { Key } from '../../datastore/protocol.ts';
import { listObjects } from '../../storage/engine/list-objects.ts';
import type { StoredObject } from '../../storage/engine/object.ts';
import { linkTo, type ConsoleDeps } from '../section.ts';

/** The page of an object; without a generation, of the live one. */
export const objectLink = (bucket: string, name: string, generation?: number) =>
  linkTo('/storage/object', { bucket, name, generation });

/** Finds the page of a live object that a text names. */
export function objectLinkFinder({ storage }: Pick<ConsoleDeps, 'storage'>): (text: string) => string | undefined {
  const { buckets, objects } = storage.engine.store;
  const names = Array.from(buckets.from(''), ({ name }) => name);
  return (text) => {
    if (text === '' || text.length > 1024) return undefined;
    const bucket = names.find((name) => objects.live(name, text));
    return bucket && objectLink(bucket, text);
  };
}

interface LinkedObject {
  href: string;
  name: string;
  size: number;
}

const MOST_LISTED = 12;

/**
 * Finds objects whose names hold the names of a key, below any first folder: `originals/ana/p1` for the key
 * `User ana / Photo p1`.
 */
export function objectsNamedAfter({ storage }: Pick<ConsoleDeps, 'storage'>, { path }: Key): LinkedObject[] {
  const { engine } = storage;
  const names = path.map(({ name, id }) => name ?? id).join('/');
  return Array.from(engine.store.buckets.from(''), ({ name: bucket }) => {
    const folders = listObjects(engine, bucket, { ...EVERYTHING, delimiter: '/', limit: 50 }).prefixes;
    return folders.flatMap((folder) => {
      const { items } = listObjects(engine, bucket, { ...EVERYTHING, prefix: `${folder}${names}`, limit: MOST_LISTED });
      return items.filter(({ name }) => isPart(name, folder.length + names.length)).map(linked);
    });
  }).flat();
}

const EVERYTHING = {
  prefix: '',
  delimiter: undefined,
  includeTrailingDelimiter: false,
  startOffset: undefined,
  endOffset: undefined,
  versions: false,
  softDeleted: false,
  from: undefined,
  glob: undefined,
};

/** Whether the name of the key ends where a part of the object's name does: `p1`, and not `p10`. */
const isPart = (name: string, end: number) => !/[\w]/.test(name.charAt(end));

const linked = ({ bucket, name, size }: StoredObject): LinkedObject => ({
  href: objectLink(bucket, name),
  name,
  size,
});
