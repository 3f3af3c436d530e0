/** A merge patch (RFC 7396): null removes a field, an object is merged, all else takes the old value's place. */
export function mergeFields<T extends object>(current: T, patch: Record<string, unknown>): T {
  const merged = { ...current } as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = isObject(value) ? mergeFields(isObject(merged[name]) ? merged[name] : {}, value) : value;
  }
  return merged as T;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
