import { isUtf8 } from 'node:buffer';
import { cleanText } from '../input/human-text.ts';

const LONGEST = 200;

/** Beside what no text may hold: line breaks, and marks that show nothing where a name stands alone. */
const UNWANTED = /[\t\n\u061c\u200e\u200f\u2028\u2029\ufeff]/gu;

/**
 * The name under which a client sent a file, made fit to be kept and shown: in UTF-8 and NFC, without path, controls and
 * direction marks, at most 200 code points with the extension kept. Empty when nothing is left. It is data, never a path.
 */
export function cleanFileName(raw: string): string {
  const name = cleanText(fromLatin1(raw)).replaceAll(UNWANTED, '').normalize('NFC');
  return shorten(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).trim());
}

/** Part headers are read as Latin-1, but clients mean UTF-8. A name from `filename*` has been decoded already. */
function fromLatin1(raw: string): string {
  const bytes = Buffer.from(raw, 'latin1');
  return bytes.toString('latin1') === raw && isUtf8(bytes) ? bytes.toString('utf8') : raw;
}

function shorten(name: string): string {
  const points = Array.from(name);
  if (points.length <= LONGEST) return name;
  const extension = /\.\w{1,10}$/.exec(name)?.[0] ?? '';
  return points.slice(0, LONGEST - extension.length).join('') + extension;
}
