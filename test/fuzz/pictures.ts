import * as fc from 'fast-check';
import { exifBlock, type ExifEntry } from '../support/exif.ts';
import {
  EXIF_PREFIX,
  jpegWith,
  segment,
  textChunks,
  pngWith,
  webpWith,
  XMP_PREFIX,
  xmpPacket,
} from '../support/file-parts.ts';
import { heic } from '../support/heic.ts';
import { picture } from '../support/picture.ts';
import { strangeText } from './texts.ts';

/** Small files of each format, which the generators change. */
export interface Samples {
  jpeg: Buffer;
  png: Buffer;
  webp: Buffer;
  gif: Buffer;
  avif: Buffer;
  heic: Buffer;
}

export async function makeSamples(): Promise<Samples> {
  const small = { width: 24, height: 16, seed: 7 } as const;
  const [jpeg, png, webp, gif, avif] = await Promise.all(
    (['jpeg', 'png', 'webp', 'gif', 'avif'] as const).map((format) => picture({ ...small, format })),
  );
  return { jpeg, png, webp, gif, avif, heic: heic() } as Samples;
}

/** Files that are pictures, nearly pictures, or none. */
export const file = (samples: Samples): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(oneOf(samples), salt()).map((pieces) => Buffer.concat(pieces)) },
    { weight: 3, arbitrary: withExif(samples) },
    { weight: 1, arbitrary: withText(samples) },
    { weight: 3, arbitrary: withChangedBoxes(samples) },
    {
      weight: 4,
      arbitrary: fc.tuple(oneOf(samples), fc.array(byteChange(), { minLength: 1, maxLength: 6 })).map(changed),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
  );

const oneOf = ({ heic: large, ...small }: Samples) =>
  // Decoding the HEIC takes a quarter of a second: it comes seldom.
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...Object.values(small)) },
    { weight: 1, arbitrary: fc.constant(large) },
  );

/** Bytes behind the end of a picture make it another file. */
const salt = () => fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes));

/** Entries of EXIF that are right, of another type, too long, or point anywhere (TIFF 6.0, section 2). */
const exifEntry = (): fc.Arbitrary<ExifEntry> =>
  fc.record({
    tag: fc.constantFrom(
      0x010f,
      0x0112,
      0x011a,
      0x0132,
      0x8769,
      0x8825,
      0x9003,
      0x9010,
      0x9290,
      0xa002,
      0xa005,
      0x014a,
      0xffff,
    ),
    type: fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 9, 10, 12, 13, 255),
    count: fc.constantFrom(0, 1, 2, 20, 65_535, 2 ** 31, 2 ** 32 - 1),
    // Values of type SHORT are written in 16 bits.
    value: fc.constantFrom(0, 1, 6, 8, 26, 255, 65_535),
  });

const withExif = ({ jpeg }: Samples) =>
  fc
    .tuple(fc.array(exifEntry(), { maxLength: 12 }), fc.array(exifEntry(), { maxLength: 12 }), fc.boolean())
    .map(([first, inner, bigEndian]) => jpegWith(jpeg, segment(0xe1, EXIF_PREFIX, exifBlock(first, inner, bigEndian))));

const withText = ({ jpeg, png, webp }: Samples) =>
  strangeText().chain((text) =>
    fc.constantFrom(
      jpegWith(jpeg, segment(0xe1, XMP_PREFIX, xmpPacket(`xmp:CreateDate="${text}"`))),
      pngWith(png, textChunks.iTXt('XML:com.adobe.xmp', xmpPacket('', text)), textChunks.tEXt('Creation Time', text)),
      webpWith(webp, 'XMP ', xmpPacket(`xmp:Rating="${text}"`)),
    ),
  );

/** HEIF and AVIF whose boxes have other sizes, names, versions or contents (ISO 14496-12, 4.2). */
const withChangedBoxes = ({ avif, heic: large }: Samples) =>
  fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(avif) }, { weight: 1, arbitrary: fc.constant(large) }),
      fc.array(
        fc.record({
          box: fc.nat(40),
          kind: fc.constantFrom('size', 'name', 'content', 'content', 'cut', 'double'),
          value: fc.constantFrom(0, 1, 2, 7, 8, 9, 255, 65_535, 2 ** 31, 2 ** 32 - 1),
          at: fc.nat(60),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([original, changes]) => changes.reduce(changeBox, original));

interface BoxChange {
  box: number;
  kind: string;
  value: number;
  at: number;
}

function changeBox(original: Buffer, { box, kind, value, at }: BoxChange): Buffer {
  const names = original.toString('latin1').matchAll(BOX_NAMES);
  const starts = Array.from(names, ({ index }) => index - 4).filter((start) => start >= 0);
  const start = starts[box % Math.max(1, starts.length)];
  // Earlier changes may have cut all boxes off.
  if (start === undefined) return original;
  const bytes = Buffer.from(original);
  const end = Math.min(bytes.length, start + Math.max(8, bytes.readUInt32BE(start)));
  if (kind === 'cut') return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  if (kind === 'double') return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  if (kind === 'size') bytes.writeUInt32BE(value, start);
  if (kind === 'name') bytes.writeUInt32BE(value, start + 4);
  if (kind === 'content' && start + 12 + at < end) bytes.writeUInt32BE(value, start + 8 + at);
  return bytes;
}

const BOX_NAMES = /ftyp|meta|hdlr|pitm|iloc|iinf|infe|iref|iprp|ipco|ispe|pixi|av1C|hvcC|colr|ipma|mdat/g;

interface ByteChange {
  /** Where, as a part of the length: the head of a file decides more than its pixels. */
  at: number;
  kind: string;
  value: number;
}

const byteChange = (): fc.Arbitrary<ByteChange> =>
  fc.record({
    at: fc.nat(999).map((part) => (part / 1000) ** 2),
    kind: fc.constantFrom('set', 'set', 'set', 'insert', 'remove', 'cut', 'repeat'),
    value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0xd8, 0xd9, 0xda, 0xc0),
  });

function changed([original, changes]: [Buffer, ByteChange[]]): Buffer {
  return changes.reduce((bytes, { at, kind, value }) => {
    const index = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)];
    if (kind === 'cut') return Buffer.from(before);
    if (kind === 'insert') return Buffer.concat([before, Buffer.of(value), after]);
    if (kind === 'repeat') return Buffer.concat([bytes, after.subarray(0, 4096)]);
    return Buffer.concat([before, kind === 'set' ? Buffer.of(value) : Buffer.of(), after.subarray(1)]);
  }, original);
}
