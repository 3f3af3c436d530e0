import { randomBytes } from 'node:crypto';
import sharp, { type ExifDir, type Sharp } from 'sharp';

export interface PictureOptions {
  /** In pixels, as stored: before an orientation turns them. */
  width?: number;
  height?: number;
  format?: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';
  /** Wall-clock time of capture, `2019-07-01T10:00:00` with or without a fraction. */
  takenAt?: string;
  /** The offset of that clock, `+02:00`. */
  offset?: string;
  /** EXIF orientation, 1 to 8. */
  orientation?: number;
  /** Degrees, south and west negative. */
  gps?: { latitude: number; longitude: number };
  camera?: { make?: string; model?: string; lens?: string };
  /** Colour profile to convert to and to attach: `p3`, `cmyk`, `srgb` or a file. */
  icc?: string;
  xmp?: string;
  /** Further EXIF tags by directory (IFD0: image, IFD2: EXIF, IFD3: GPS), as text; they win over the other options. */
  exif?: Record<string, ExifDir>;
  /** Pads the file behind the end of its picture to this many bytes, as motion photos do. */
  bytes?: number;
  /** Two pictures with the same seed and options have the same bytes; without one every picture is another. */
  seed?: number;
}

/** The colours of the four quarters as stored: top left, top right, bottom left, bottom right. */
export const QUARTERS = [
  [220, 40, 40],
  [40, 180, 60],
  [40, 60, 210],
  [235, 220, 60],
] as const;

/** Makes a picture of four coloured quarters with a stripe of noise between the upper and the lower ones. */
export async function picture(options: PictureOptions = {}): Promise<Buffer> {
  const { width = 320, height = 240, format = 'jpeg', bytes = 0, seed } = options;
  const raw = { width, height, channels: 3 } as const;
  const image = sharp(quarters(width, height, randomness(seed)), { raw });
  const file = await withMetadata(image, options).toFormat(format).toBuffer();
  return Buffer.concat([file, Buffer.alloc(Math.max(0, bytes - file.length))]);
}

function withMetadata(image: Sharp, options: PictureOptions): Sharp {
  const { orientation, icc, xmp } = options;
  const exif = exifOf(options);
  if (Object.values(exif).some((directory) => Object.keys(directory).length > 0)) image.withExif(exif);
  if (orientation) image.withMetadata({ orientation });
  if (icc) image.withIccProfile(icc);
  if (xmp) image.withXmp(xmp);
  return image;
}

function exifOf({ takenAt, offset, gps, camera, exif }: PictureOptions): Record<string, ExifDir> {
  const [seconds, fraction] = takenAt?.split('.') ?? [];
  const image = { Make: camera?.make, Model: camera?.model };
  const capture = {
    DateTimeOriginal: seconds?.replaceAll('-', ':').replace('T', ' '),
    SubSecTimeOriginal: fraction,
    OffsetTimeOriginal: offset,
    LensModel: camera?.lens,
  };
  return {
    IFD0: present({ ...image, ...exif?.['IFD0'] }),
    IFD2: present({ ...capture, ...exif?.['IFD2'] }),
    IFD3: present({ ...(gps && gpsTags(gps)), ...exif?.['IFD3'] }),
  };
}

function gpsTags({ latitude, longitude }: { latitude: number; longitude: number }): ExifDir {
  return {
    GPSLatitudeRef: latitude < 0 ? 'S' : 'N',
    GPSLatitude: sexagesimal(latitude),
    GPSLongitudeRef: longitude < 0 ? 'W' : 'E',
    GPSLongitude: sexagesimal(longitude),
  };
}

/** Degrees, minutes and ten thousandths of seconds, as the three fractions that EXIF wants. */
function sexagesimal(degrees: number): string {
  const rest = Math.round(Math.abs(degrees) * 36_000_000);
  return `${Math.floor(rest / 36_000_000)}/1 ${Math.floor(rest / 600_000) % 60}/1 ${rest % 600_000}/10000`;
}

function present(tags: Record<string, string | undefined>): ExifDir {
  return Object.fromEntries(Object.entries(tags).filter((tag): tag is [string, string] => tag[1] !== undefined));
}

const STRIPE = 8;

function quarters(width: number, height: number, random: (bytes: number) => Buffer): Buffer {
  const rows = [0, 2].map((first) => row(width, QUARTERS[first as 0 | 2], QUARTERS[(first + 1) as 1 | 3]));
  const middle = Math.floor(height / 2);
  return Buffer.concat(
    Array.from({ length: height }, (_, y) => {
      if (y >= middle && y < middle + STRIPE) return random(width * 3);
      return rows[y < middle ? 0 : 1] ?? Buffer.alloc(0);
    }),
  );
}

function row(width: number, left: readonly number[], right: readonly number[]): Buffer {
  const half = Math.floor(width / 2);
  return Buffer.concat([
    Buffer.alloc(half * 3, Buffer.from(left)),
    Buffer.alloc((width - half) * 3, Buffer.from(right)),
  ]);
}

/** A linear congruential generator is noise enough for a picture, and repeats itself for the same seed. */
function randomness(seed: number | undefined): (bytes: number) => Buffer {
  if (seed === undefined) return randomBytes;
  let state = seed >>> 0;
  return (bytes) =>
    Buffer.from(
      Array.from({ length: bytes }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      }),
    );
}
