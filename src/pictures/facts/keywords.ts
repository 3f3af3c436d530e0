/** Tags that a photo has at the most. */
export const MOST_TAGS = 20;

/** In characters. */
export const LONGEST_TAG = 60;

/** Makes tags of the keywords in a file: what can be shown in one line, each once, whatever their case. */
export function tagsOf(keywords: readonly string[]): string[] {
  const tags = new Map<string, string>();
  for (const keyword of keywords) {
    const tag = Array.from(keyword.replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '').trim())
      .slice(0, LONGEST_TAG)
      .join('')
      .trim();
    const key = tag.toLowerCase();
    if (tag !== '' && !tags.has(key)) tags.set(key, tag);
  }
  return [...tags.values()].slice(0, MOST_TAGS);
}
