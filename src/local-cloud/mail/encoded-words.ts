/** The text of a header in which other letters than ASCII stand as `=?UTF-8?Q?…?=` or `=?UTF-8?B?…?=` (RFC 2047). */
export function decodeWords(header: string): string {
  // Blanks between two encoded words are no part of the text; and a letter may be split between two words.
  return header.replaceAll(RUN, (run) => {
    const bytes = [...run.matchAll(WORD)].map(([, encoding = '', text = '']) => decodeWord(encoding, text));
    return Buffer.concat(bytes).toString('utf8');
  });
}

const WORD = /=\?utf-8\?([qb])\?([^?\s]*)\?=/gi;
const RUN = new RegExp(`${WORD.source}(?:\\s*${WORD.source})*`, 'gi');

function decodeWord(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  const latin1 = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}
