/** Longer texts are not parsed: an entity has at most 1 MiB. */
const LONGEST_JSON = 2 ** 20;

/** The object or list that a text holds as JSON; undefined for other texts. */
export function jsonIn(text: string): object | undefined {
  if (text.length > LONGEST_JSON || !/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
