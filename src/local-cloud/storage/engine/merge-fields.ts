/**
 * Applies a merge patch (RFC 7396): null removes a field, an object is merged, any other value replaces the old one.
 * Empty objects become absent, as Cloud Storage shows them.
 */
export function mergeFields<T extends object>(current: T, patch: Record<string, unknown>): T {
  const merged = { ...current } as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    const next = merge(merged[name], value);
    if (isEmpty(next)) delete merged[name];
    else merged[name] = next;
  }
  return merged as T;
}

function merge(current: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => (isObject(entry) ? mergeFields({}, entry) : entry));
  return isObject(value) ? mergeFields(isObject(current) ? current : {}, value) : value;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
