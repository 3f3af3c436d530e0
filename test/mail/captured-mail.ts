import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail that was kept as a file: its headers by their names in lower case, and its text. */
export interface CapturedMail {
  headers: Map<string, string>;
  text: string;
}

/** Reads the mails that were kept in `folder`, newest first. */
export async function readCapturedMail(folder: string): Promise<CapturedMail[]> {
  const files = (await readdir(folder)).sort().reverse();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'latin1');
      return { headers: readHeaders(text), text };
    }),
  );
}

/** Unfolds the lines of the headers (RFC 5322, 2.2.3). */
function readHeaders(mail: string): Map<string, string> {
  const [head = ''] = mail.split('\r\n\r\n', 1);
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, '').split('\r\n');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
}

const WORD = /=\?utf-8\?([qb])\?([^?\s]*)\?=/gi;
const RUN = new RegExp(`${WORD.source}(?:\\s*${WORD.source})*`, 'gi');

/** Decodes letters other than ASCII, which a header has as `=?UTF-8?Q?…?=` or `=?UTF-8?B?…?=` (RFC 2047). */
function decodeWords(header: string): string {
  // Blanks between two encoded words are no part of the text. A letter may be split between two words.
  return header.replaceAll(RUN, (run) => {
    const bytes = [...run.matchAll(WORD)].map(([, encoding = '', text = '']) => decodeWord(encoding, text));
    return Buffer.concat(bytes).toString('utf8');
  });
}

function decodeWord(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  const latin1 = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}
