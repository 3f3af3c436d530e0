import type { Entity, PropertyMask } from '../protocol.ts';
import { setValueAt, splitPath, valueAt } from './property-path.ts';

/** The entity after a write of only the properties in a mask. Properties that the mask names and `after` lacks are removed. */
export function mergeMasked(before: Entity | undefined, after: Entity, { paths = [] }: PropertyMask): Entity {
  const merged: Entity = { ...structuredClone(before ?? {}), key: after.key ?? null };
  for (const path of paths) {
    if (path === '__key__') continue;
    const names = splitPath(path);
    setValueAt(merged, names, valueAt(after, names));
  }
  return merged;
}

/** The properties of an entity that a mask names. */
export function masked(entity: Entity, { paths = [] }: PropertyMask): Entity {
  const part: Entity = { key: entity.key ?? null, properties: {} };
  for (const path of paths) {
    if (path === '__key__') continue;
    const names = splitPath(path);
    const value = valueAt(entity, names);
    if (value) setValueAt(part, names, value);
  }
  return part;
}
