const LAST = 0x10ffff;

/** The least name that sorts, by UTF-8 bytes, after every name that begins with `prefix`; undefined if there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0)!;
    if (point < LAST) return points.join('') + String.fromCodePoint(following(point));
  }
  return undefined;
}

/** The next code point that UTF-8 can express: the surrogates are left out. */
const following = (point: number) => (point === 0xd7ff ? 0xe000 : point + 1);
