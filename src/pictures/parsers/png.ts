import { inflateSync } from 'node:zlib';
import { skip, take, type Parser } from './byte-parser.ts';
import { exifOrientation } from './exif-orientation.ts';
import { keep, LARGEST_BLOCK_BYTES, tiffIn, type Findings, type Missing } from './findings.ts';

/** Parses a PNG from chunk to chunk until IEND (W3C PNG, third edition, chapters 5 and 11). Checksums are not verified. */
export function* parsePng(findings: Findings): Parser {
  yield* skip(8);
  const texts = { left: MOST_TEXT_BYTES };
  let hasPixels = false;
  for (let name = ''; name !== 'IEND';) {
    const head = yield* take(8);
    const length = head.readUInt32BE();
    name = head.toString('latin1', 4);
    if (length > 0x7fffffff) return;
    hasPixels ||= name === 'IDAT';
    // Decoders and browsers decide the orientation at the first pixels. A later one is ignored.
    if (hasPixels) findings.orientation ??= 1;
    if (hasPixels) findings.missing = WITHIN[name] ?? 'unknown';
    const read = READERS[name];
    if (read && length <= LARGEST_BLOCK_BYTES) read(yield* take(length), findings, texts);
    else yield* skip(length);
    yield* skip(4);
    if (hasPixels) findings.missing = findings.frames > 1 ? 'unknown' : 'marker';
  }
  if (!hasPixels) findings.damage = NO_PIXELS;
  findings.complete = true;
}

/** What is missing of a file that ends within such a chunk; within any other behind the pixels, that is not known. */
const WITHIN: Record<string, Missing | undefined> = { IDAT: 'part', IEND: 'marker' };

const NO_PIXELS = 'The PNG has no pixels: it has no IDAT chunk. Save it again from its source, then send it.';

/** How many bytes of text may still be unpacked. */
interface Texts {
  left: number;
}

/** Of a file. Two hexadecimal digits make a byte of metadata; small chunks could unpack to a megabyte each. */
const MOST_TEXT_BYTES = 2 * LARGEST_BLOCK_BYTES + 2 ** 16;

/** Among the flags of a colour type (W3C PNG, third edition, 11.2.1). */
const COLOUR_FLAG = 2;
const ALPHA_FLAG = 4;

type Reader = (chunk: Buffer, findings: Findings, texts: Texts) => void;

const READERS: Record<string, Reader | undefined> = {
  IHDR(chunk, findings) {
    if (chunk.length >= 8) findings.size ??= { width: chunk.readUInt32BE(0), height: chunk.readUInt32BE(4) };
    const [bits = 8, colour = 2, , , interlace = 0] = chunk.subarray(8);
    const samples = (colour & COLOUR_FLAG) > 0 ? 3 : 1;
    findings.coding ??= { samples, bits: Math.max(8, bits), alpha: (colour & ALPHA_FLAG) > 0, whole: interlace > 0 };
  },
  tRNS(_, findings) {
    if (findings.coding) findings.coding.alpha = true;
  },
  acTL(chunk, findings) {
    if (chunk.length >= 4) findings.frames = chunk.readUInt32BE(0);
  },
  eXIf(chunk, findings) {
    keep(findings, 'exif', chunk);
    findings.orientation ??= exifOrientation(tiffIn(chunk) ?? chunk);
  },
  tEXt: (...told) => readText((rest) => rest, ...told),
  zTXt: (...told) => readText((rest, texts) => inflate(rest.subarray(1), texts), ...told),
  iTXt: (...told) => readText(internationalText, ...told),
};

/** What a text holds, by its keyword. ImageMagick keeps EXIF, XMP and IPTC as raw profiles. */
function readText(
  unpack: (rest: Buffer, texts: Texts) => Buffer | undefined,
  ...[chunk, findings, texts]: Parameters<Reader>
): void {
  const end = chunk.indexOf(0);
  const keyword = chunk.toString('latin1', 0, Math.max(0, end));
  const isProfile = PROFILES.has(keyword.toLowerCase());
  if (!isProfile && keyword !== XMP && keyword !== CREATED) return;
  const text = unpack(chunk.subarray(end + 1), texts);
  if (!text || text.length > texts.left) return;
  texts.left -= text.length;
  if (isProfile) keepProfile(text, findings);
  else if (keyword === XMP) keep(findings, 'xmp', text);
  else findings.created ??= text.toString('latin1');
}

const XMP = 'XML:com.adobe.xmp';
const CREATED = 'Creation Time';
const PROFILES = new Set(['exif', 'app1', 'xmp', 'iptc', '8bim'].map((name) => `raw profile type ${name}`));

/** Behind the keyword: whether it is compressed, how, a language and the keyword in that language, then the text. */
function internationalText(rest: Buffer, texts: Texts): Buffer | undefined {
  const language = rest.indexOf(0, 2);
  const start = rest.indexOf(0, language + 1) + 1;
  if (language < 0 || start === 0) return undefined;
  return rest[0] === 1 ? inflate(rest.subarray(start), texts) : rest.subarray(start);
}

/** A text that does not unpack, or only to more than the rest of the limit, is skipped. It counts by what it may have cost. */
function inflate(bytes: Buffer, texts: Texts): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, texts.left) });
  } catch {
    texts.left = Math.floor(texts.left / 2);
    return undefined;
  }
}

/**
 * A name, a length and the bytes in hexadecimal, each on lines of its own. The bytes begin with a digit, so that there is
 * but one way to read blanks before them. Their beginning decides their kind: APP1 may be EXIF or XMP.
 */
function keepProfile(text: Buffer, findings: Findings): void {
  const hex = /^\s*\w+\s+\d+\s+([\da-f][\da-f\s]*)/i.exec(text.toString('latin1'))?.[1];
  if (!hex) return;
  const profile = Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
  const start = profile.toString('latin1', 0, 32);
  if (start.startsWith(XMP_PREFIX)) keep(findings, 'xmp', profile.subarray(XMP_PREFIX.length));
  else if (tiffIn(profile)) keep(findings, 'exif', profile);
  else keep(findings, /^(8BIM|Photoshop)/.test(start) || profile[0] === IPTC_MARKER ? 'iptc' : 'xmp', profile);
}

/** Begins each dataset of IPTC (IPTC-IIM 4.2, 1.5). */
const IPTC_MARKER = 0x1c;

const XMP_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';
