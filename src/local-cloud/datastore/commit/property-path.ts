import { CloudError } from '../../cloud-error.ts';
import type { Entity, Value } from '../protocol.ts';

/** The names of a dotted path; a backslash before a dot or a backslash makes it part of a name. */
export function splitPath(path: string): string[] {
  const names = [''];
  for (let at = 0; at < path.length; at++) {
    if (path[at] === '\\') names[names.length - 1] += path[++at] ?? '';
    else if (path[at] === '.') names.push('');
    else names[names.length - 1] += path[at]!;
  }
  if (names.includes('')) throw new CloudError('INVALID_ARGUMENT', `Invalid property path "${path}".`);
  return names;
}

/** The value at a path through embedded entities. */
export function valueAt(entity: Entity, names: readonly string[]): Value | undefined {
  const [name, ...rest] = names;
  const value = entity.properties?.[name!];
  if (rest.length === 0) return value;
  return value?.valueType === 'entityValue' ? valueAt(value.entityValue, rest) : undefined;
}

/** Sets or (with undefined) removes the value at a path, making embedded entities on the way as needed. */
export function setValueAt(entity: Entity, names: readonly string[], value: Value | undefined): void {
  const [name, ...rest] = names;
  const properties = (entity.properties ??= {});
  if (rest.length > 0) return setInside(properties, name!, rest, value);
  if (value) properties[name!] = value;
  else delete properties[name!];
}

function setInside(properties: Record<string, Value>, name: string, rest: string[], value: Value | undefined): void {
  const holder = properties[name];
  if (holder?.valueType === 'entityValue') return setValueAt(holder.entityValue, rest, value);
  if (!value) return;
  const inner: Entity = { properties: {} };
  setValueAt(inner, rest, value);
  properties[name] = { valueType: 'entityValue', entityValue: inner };
}

/** The values that an index sees at a dotted path, through embedded entities and arrays of them. */
export function elementsAt(entity: Entity, names: string[]): Value[] {
  const whole = valueAt(entity, [names.join('.')]);
  const [name, ...rest] = names;
  const value = rest.length === 0 ? whole : entity.properties?.[name!];
  const elements = value?.valueType === 'arrayValue' ? (value.arrayValue.values ?? []) : value ? [value] : [];
  if (rest.length === 0) return elements;
  return elements.flatMap((element) =>
    element.valueType === 'entityValue' ? elementsAt(element.entityValue, rest) : [],
  );
}
