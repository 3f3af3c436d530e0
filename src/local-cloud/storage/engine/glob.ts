import { StorageError } from '../storage-error.ts';

/** A pattern for names, ready for use. */
export interface Glob {
  /** Every name that matches begins with this. */
  prefix: string;
  matches(name: string): boolean;
}

const TOKEN = /\/\*\*\/|^\*\*\/|\*\*|[*?{},]|\[[!^]?[^\]]+\]|\\.|./gsu;

/**
 * Reads a `matchGlob` ("Objects: list"): `*` and `?` stay within one folder, `**` crosses folders, `[a-z]` and `[!a-z]`
 * are classes, `{a,b}` alternatives, a backslash takes the next character as it is.
 */
export function parseGlob(glob: string): Glob {
  let depth = 0;
  const source = (glob.match(TOKEN) ?? []).map((token) => {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    return token === ',' && depth === 0 ? token : translate(token);
  });
  const pattern = toPattern(glob, source.join(''));
  return { prefix: /^[^*?{}[\]\\]*/.exec(glob)![0], matches: (name) => pattern.test(name) };
}

const TRANSLATIONS: Record<string, string> = {
  '/**/': '/(?:.*/)?',
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};

function translate(token: string): string {
  const known = TRANSLATIONS[token];
  if (known !== undefined) return known;
  if (token.startsWith('[') && token.length > 1) return `(?!/)${token.replace(/^\[!/, '[^')}`;
  return literal(token.startsWith('\\') && token.length > 1 ? token.slice(1) : token);
}

const literal = (text: string) => text.replace(/[$()*+.?[\\\]^{|}/]/, '\\$&');

function toPattern(glob: string, source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch (cause) {
    throw new StorageError('invalid', `Invalid matchGlob: ${glob}`, { cause });
  }
}
