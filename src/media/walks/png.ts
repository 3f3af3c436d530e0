import { inflateSync } from 'node:zlib';
import { skip, take, type Walk } from './byte-walk.ts';
import { exifOrientation } from './exif-orientation.ts';
import { copyOf, LARGEST_BLOCK, tiffOf, type Findings } from './findings.ts';

/** Walks a PNG from chunk to chunk until IEND (W3C PNG, third edition, chapters 5 and 11). Checksums are not looked at. */
export function* walkPng(findings: Findings): Walk {
  yield* skip(8);
  const texts = new Set<string>();
  for (let name = ''; name !== 'IEND';) {
    const head = yield* take(8);
    const length = head.readUInt32BE();
    name = head.toString('latin1', 4);
    if (length > 0x7fffffff) return;
    // Decoders and browsers know by the first pixels how a picture is turned; what comes later turns nothing.
    if (name === 'IDAT') findings.orientation ??= 1;
    const keep = KEPT[name];
    if (keep && length <= LARGEST_BLOCK) keep(yield* take(length), findings, texts);
    else yield* skip(length);
    yield* skip(4);
  }
  findings.complete = true;
}

/** `texts` are the keywords that have been read. */
type Keep = (chunk: Buffer, findings: Findings, texts: Set<string>) => void;

const KEPT: Record<string, Keep | undefined> = {
  IHDR(chunk, findings) {
    if (chunk.length >= 8) findings.size ??= { width: chunk.readUInt32BE(0), height: chunk.readUInt32BE(4) };
  },
  acTL(chunk, findings) {
    if (chunk.length >= 4) findings.frames = chunk.readUInt32BE(0);
  },
  eXIf(chunk, findings) {
    findings.exif ??= tiffOf(chunk);
    findings.orientation ??= exifOrientation(tiffOf(chunk));
  },
  tEXt: (...told) => keepText((rest) => rest, ...told),
  zTXt: (...told) => keepText((rest) => inflate(rest.subarray(1)), ...told),
  iTXt: (...told) => keepText(internationalText, ...told),
};

/** The keywords that tell something here; the two profiles are how ImageMagick kept EXIF before PNG had a chunk for it. */
const KEYWORDS: Record<string, ((text: Buffer, findings: Findings) => void) | undefined> = {
  'XML:com.adobe.xmp': (text, findings) => void (findings.xmp ??= copyOf(text)),
  'Creation Time': (text, findings) => void (findings.created ??= text.toString('latin1')),
  'Raw profile type exif': keepProfile,
  'Raw profile type APP1': keepProfile,
};

/** The first text of a keyword counts: thousands could be sent, each to be unpacked to a megabyte. */
function keepText(unpack: (rest: Buffer) => Buffer | undefined, ...[chunk, findings, texts]: Parameters<Keep>): void {
  const end = chunk.indexOf(0);
  const keyword = chunk.toString('latin1', 0, Math.max(0, end));
  const keep = KEYWORDS[keyword];
  if (!keep || texts.has(keyword)) return;
  texts.add(keyword);
  const text = unpack(chunk.subarray(end + 1));
  if (text) keep(text, findings);
}

/** Behind the keyword: whether it is compressed, how, a language and the keyword in that language, then the text. */
function internationalText(rest: Buffer): Buffer | undefined {
  const language = rest.indexOf(0, 2);
  const start = rest.indexOf(0, language + 1) + 1;
  if (language < 0 || start === 0) return undefined;
  return rest[0] === 1 ? inflate(rest.subarray(start)) : rest.subarray(start);
}

/** What does not unpack, or to more than any metadata needs, is passed by. */
function inflate(bytes: Buffer): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: LARGEST_BLOCK });
  } catch {
    return undefined;
  }
}

/**
 * A name, a length and the bytes in hexadecimal, each on lines of its own. The bytes begin with a digit, so that there is
 * but one way to read blanks before them.
 */
function keepProfile(text: Buffer, findings: Findings): void {
  const hex = /^\s*\w+\s+\d+\s+([\da-f][\da-f\s]*)$/i.exec(text.toString('latin1'))?.[1];
  if (hex) findings.exif ??= tiffOf(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}
