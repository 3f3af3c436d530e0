import type { Key, PathElement } from '../../datastore/protocol.ts';
import { partitionIn } from './entity-key.ts';
import { findEntity } from './stored-entity.ts';
import type { ConsoleDeps } from '../section.ts';

/** Parts of a name that are compared with keys, and kinds that are tried: some 10,000 lookups, which take 50 ms. */
const MOST_PARTS = 6;
const MOST_KINDS = 40;

/**
 * Finds entities whose key names follow each other in the name of an object: `User ana` and `User ana / Photo p1` for
 * `originals/ana/p1`. The local cloud does not know which kinds an app puts below each other, so that it tries them all.
 */
export function entitiesNamedIn(deps: ConsoleDeps, objectName: string): Key[] {
  const partition = partitionIn(deps, new URLSearchParams());
  const { spaces } = deps.datastore.engine.disk;
  const kinds = spaces
    .names(partition)
    .flatMap(([type, kind]) => (type === 'kind' ? [kind] : []))
    .slice(0, MOST_KINDS);
  const parts = objectName.split(/[/.]/).filter(Boolean).slice(0, MOST_PARTS);
  const existing = (path: PathElement[]) => findEntity(deps, { partitionId: partition, path }, partition)?.key;
  const roots = parts.flatMap((name, at) => kinds.map((kind) => ({ at, path: [{ kind, name }] })));
  return roots.flatMap(({ at, path }) => {
    const next = parts[at + 1];
    const below = next === undefined ? [] : kinds.map((kind) => existing([...path, { kind, name: next }]));
    return [existing(path), ...below].filter((key) => key !== undefined);
  });
}
