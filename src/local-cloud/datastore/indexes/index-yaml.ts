import { parse } from 'yaml';
import type { CompositeIndex, IndexProperty } from './composite-index.ts';

/**
 * Reads an index.yaml as App Engine and gcloud take it.
 * @throws Error that names every fault of the file.
 */
export function readIndexYaml(text: string): CompositeIndex[] {
  const faults: string[] = [];
  const indexes = listOf(parse(text), 'indexes', '', faults).map((entry, at) =>
    readIndex(entry, `indexes[${at}]`, faults),
  );
  if (faults.length > 0) throw new Error(`index.yaml: ${faults.join('; ')}.`);
  return indexes;
}

function readIndex(entry: unknown, where: string, faults: string[]): CompositeIndex {
  refuseUnknown(entry, ['kind', 'ancestor', 'properties'], where, faults);
  const kind = member(entry, 'kind');
  if (typeof kind !== 'string' || kind === '') faults.push(`${where}.kind must be a name`);
  const properties = listOf(entry, 'properties', `${where}.`, faults).map((property, at) =>
    readProperty(property, `${where}.properties[${at}]`, faults),
  );
  if (properties.slice(0, -1).some(({ name }) => name === '__key__')) {
    faults.push(`${where}.properties: __key__ must come last`);
  }
  return { kind: String(kind), ancestor: readAncestor(entry, where, faults), properties };
}

// YAML 1.2 reads yes and no as text; App Engine's older reader took them as booleans.
function readAncestor(entry: unknown, where: string, faults: string[]): boolean {
  const ancestor = member(entry, 'ancestor') ?? 'no';
  if (![true, false, 'yes', 'no'].includes(ancestor as string)) faults.push(`${where}.ancestor must be yes or no`);
  return ancestor === true || ancestor === 'yes';
}

function readProperty(property: unknown, where: string, faults: string[]): IndexProperty {
  refuseUnknown(property, ['name', 'direction', 'mode'], where, faults);
  const name = member(property, 'name');
  const direction = member(property, 'direction') ?? 'asc';
  if (typeof name !== 'string' || name === '') faults.push(`${where}.name must be a name`);
  if (direction !== 'asc' && direction !== 'desc') faults.push(`${where}.direction must be asc or desc`);
  if (member(property, 'mode') !== undefined) faults.push(`${where}.mode belongs to the Search API`);
  return { name: String(name), direction: direction === 'desc' ? 'desc' : 'asc' };
}

function listOf(holder: unknown, name: string, where: string, faults: string[]): unknown[] {
  const list = member(holder, name) ?? [];
  if (Array.isArray(list)) return list;
  faults.push(`${where}${name} must be a list`);
  return [];
}

function refuseUnknown(entry: unknown, known: string[], where: string, faults: string[]) {
  if (typeof entry !== 'object' || entry === null) faults.push(`${where} must be a mapping`);
  for (const name of Object.keys(entry ?? {})) if (!known.includes(name)) faults.push(`${where}.${name} is unknown`);
}

const member = (holder: unknown, name: string): unknown =>
  typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined;
