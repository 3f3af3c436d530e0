import { StorageError } from '../storage-error.ts';

/** A partial response ("Partial responses"): for each name that is wanted the mask of its value; empty means whole. */
type Mask = Map<string, Mask>;

/** Keeps of `value` what `fields` names, as in `items(name,metadata/origin),nextPageToken`. */
export function pickFields(value: unknown, fields: string): unknown {
  const tokens = fields.match(/[(),/]|[^(),/\s]+/g) ?? [];
  const mask = readList(tokens);
  if (tokens.length > 0) throw malformed();
  return pick(value, mask);
}

function pick(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => pick(entry, mask));
  const wanted = Object.entries(value).filter(([name]) => mask.has(name) || mask.has('*'));
  return Object.fromEntries(wanted.map(([name, entry]) => [name, pick(entry, mask.get(name) ?? mask.get('*')!)]));
}

/** list = path { "," path } ; path = name [ "/" path | "(" list ")" ]. Removes what it reads from `tokens`. */
function readList(tokens: string[]): Mask {
  const mask: Mask = new Map();
  do {
    const [name, inner] = readPath(tokens);
    mask.set(name, new Map([...(mask.get(name) ?? []), ...inner]));
  } while (take(tokens, ','));
  return mask;
}

function readPath(tokens: string[]): [name: string, inner: Mask] {
  const name = tokens.shift();
  if (name === undefined || /^[(),/]$/.test(name)) throw malformed();
  if (take(tokens, '/')) return [name, new Map([readPath(tokens)])];
  if (!take(tokens, '(')) return [name, new Map()];
  const inner = readList(tokens);
  if (!take(tokens, ')')) throw malformed();
  return [name, inner];
}

function take(tokens: string[], wanted: string): boolean {
  if (tokens[0] !== wanted) return false;
  tokens.shift();
  return true;
}

const malformed = () => new StorageError('invalid', 'Invalid field selection.');
