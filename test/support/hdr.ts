import { crc32 } from 'node:zlib';

/** Codes of ITU-R H.273. */
export interface Codes {
  primaries: number;
  transfer: number;
}

export const PQ_2020: Codes = { primaries: 9, transfer: 16 };
export const HLG_2020: Codes = { primaries: 9, transfer: 18 };
export const PQ_P3: Codes = { primaries: 12, transfer: 16 };

/** An AVIF or HEIC file whose primary item gets one more property: a `colr` box with these codes. */
export function withNclx(file: Buffer, { primaries, transfer }: Codes): Buffer {
  const colr = Buffer.from(
    `\0\0\0\x13colrnclx\0${String.fromCharCode(primaries)}\0${String.fromCharCode(transfer)}\0\x09\x80`,
    'latin1',
  );
  const [ipco, ipma, iloc] = ['ipco', 'ipma', 'iloc'].map((name) => file.indexOf(name) - 4) as [number, number, number];
  let properties = 0;
  for (let at = ipco + 8; at < ipco + file.readUInt32BE(ipco); at += file.readUInt32BE(at)) properties += 1;
  // Of ipma: head, version and flags, count of entries, then of the first entry its item and how many properties it has.
  const counted = ipma + 18;
  const head = Buffer.from(file);
  head[counted] = (head[counted] ?? 0) + 1;
  const grow = (name: string, by: number) => {
    const at = head.indexOf(name) - 4;
    head.writeUInt32BE(head.readUInt32BE(at) + by, at);
  };
  for (const name of ['meta', 'iprp']) grow(name, colr.length + 1);
  grow('ipco', colr.length);
  grow('ipma', 1);
  moveExtents(head, iloc, colr.length + 1);
  const association = Buffer.of(properties + 1);
  const ends = [ipco + file.readUInt32BE(ipco), counted + 1] as const;
  return Buffer.concat([
    head.subarray(0, ends[0]),
    colr,
    head.subarray(ends[0], ends[1]),
    association,
    head.subarray(ends[1]),
  ]);
}

/** Of the layout that libheif writes: offsets of four bytes, one extent an item. */
function moveExtents(file: Buffer, iloc: number, by: number): void {
  const version = file.readUInt8(iloc + 8);
  const [offset, base] = [file.readUInt8(iloc + 12) >> 4, file.readUInt8(iloc + 13) >> 4];
  if (offset !== 4 || version > 1) throw new Error('This layout of iloc is not known here.');
  let at = iloc + 16;
  for (let left = file.readUInt16BE(iloc + 14); left > 0; left -= 1) {
    const place = at + (version === 1 ? 6 : 4) + base + 2;
    file.writeUInt32BE(file.readUInt32BE(place) + by, place);
    at = place + 4 + (file.readUInt8(iloc + 12) & 15);
  }
}

/** A PNG with a `cICP` chunk behind its header (W3C PNG, third edition, 11.3.2.6). */
export function withCicp(png: Buffer, { primaries, transfer }: Codes): Buffer {
  const body = Buffer.concat([Buffer.from('cICP'), Buffer.of(primaries, transfer, 0, 1)]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), length, body, checksum, png.subarray(33)]);
}

/**
 * What codes from 0 to 1 look like in sRGB, 0 to 255, by the formulas of the specifications in floating point: SMPTE ST
 * 2084 or ITU-R BT.2100 for the light, BT.2390 for its roll-off from `peak` to the 203 cd/m² of BT.2408, and matrices
 * that are computed from the chromaticities.
 */
export function shownInSrgb(coded: readonly number[], { primaries, transfer }: Codes, peak = 1000): number[] {
  const space = primaries === 12 ? P3 : BT2020;
  const light = transfer === 18 ? hlgOnScreen(coded, space) : coded.map(fromPq);
  const most = Math.max(...light, 1e-9);
  const dimmed = light.map((value) => (value * rolledOff(most, peak)) / most / 203);
  const xyz = times(toXyz(space), dimmed);
  return times(inverse(toXyz(BT709)), xyz).map((value) => 255 * toSrgb(Math.min(1, Math.max(0, value))));
}

const fromPq = (code: number) => {
  const power = code ** (32 / 2523);
  return 10_000 * (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (16_384 / 2610);
};

const toPq = (nits: number) => {
  const power = (nits / 10_000) ** (2610 / 16_384);
  return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32);
};

function hlgOnScreen(coded: readonly number[], space: Space): number[] {
  const scene = coded.map((code) =>
    code <= 0.5 ? (code * code) / 3 : (Math.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12,
  );
  const [, luminance = 0] = times(toXyz(space), scene);
  return scene.map((value) => 1000 * luminance ** 0.2 * value);
}

/** ITU-R BT.2390, 5.4.1, with a black of zero. */
function rolledOff(nits: number, peak: number): number {
  const [source, target] = [toPq(Math.max(peak, 203)), toPq(203)];
  const [e, most] = [Math.min(1, toPq(nits) / source), target / source];
  const knee = 1.5 * most - 0.5;
  if (e <= knee) return Math.min(nits, peak);
  const t = (e - knee) / (1 - knee);
  const [t2, t3] = [t * t, t * t * t];
  return fromPq(source * ((2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * most));
}

const toSrgb = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** Chromaticities of red, green and blue. */
type Space = readonly (readonly [number, number])[];

const BT709: Space = [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06]]; // prettier-ignore
const BT2020: Space = [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046]]; // prettier-ignore
const P3: Space = [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06]]; // prettier-ignore
const D65 = [0.3127, 0.329] as const;

const tristimulus = ([x, y]: readonly [number, number]) => [x / y, 1, (1 - x - y) / y];

function toXyz(space: Space): number[][] {
  const columns = space.map(tristimulus);
  const rows = [0, 1, 2].map((row) => columns.map((column) => column[row] ?? 0));
  const amounts = times(inverse(rows), tristimulus(D65));
  return rows.map((row) => row.map((value, at) => value * (amounts[at] ?? 0)));
}

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0));

/** By cofactors. */
function inverse(m: readonly (readonly number[])[]): number[][] {
  const at = (row: number, column: number) => m[row % 3]?.[column % 3] ?? 0;
  const cofactor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  return [0, 1, 2].map((row) => [0, 1, 2].map((column) => cofactor(column, row) / determinant));
}

/** CIE 1976: how different two colours of sRGB look. */
export function deltaE(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [toLab(one), toLab(other)];
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}

function toLab(srgb: readonly number[]): number[] {
  const light = srgb.map((value) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  const white = tristimulus(D65);
  const f = (value: number) => (value > 216 / 24_389 ? Math.cbrt(value) : (value * 24_389) / 27 / 116 + 16 / 116);
  const [x = 0, y = 0, z = 0] = times(toXyz(BT709), light).map((value, at) => f(value / (white[at] ?? 1)));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
