/** An RGB colour space: its primaries as XYZ under D50 (red, green, blue), and how its numbers become light. */
export interface ColourSpace {
  primaries: readonly (readonly [number, number, number])[];
  /** From 0…1 to 0…1. */
  toLight: (value: number) => number;
}

/** Adobe RGB (1998), annex A; its exponent is 2 51/256. */
export const ADOBE_RGB: ColourSpace = {
  primaries: [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
  ],
  toLight: (value) => value ** (563 / 256),
};

/** IEC 61966-2-1, its primaries adapted to D50 by Bradford's method. */
const SRGB: ColourSpace = {
  primaries: [
    [0.43607, 0.22249, 0.01392],
    [0.38515, 0.71687, 0.09708],
    [0.14307, 0.06061, 0.7141],
  ],
  toLight: (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4),
};

/** SMPTE RP 431-2's primaries with the white and the curve of sRGB, as screens have it. */
export const DISPLAY_P3: ColourSpace = {
  primaries: [
    [0.51512, 0.2412, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.1571, 0.06657, 0.78407],
  ],
  toLight: SRGB.toLight,
};

/** The colour in sRGB, 0 to 255, that looks as `colour` (likewise) does in another space. */
export function inSrgb({ primaries, toLight }: ColourSpace, colour: readonly number[]): number[] {
  const light = colour.map((value) => toLight(value / 255));
  const xyz = [0, 1, 2].map((row) => sum(primaries.map((primary, at) => (primary[row] ?? 0) * (light[at] ?? 0))));
  return solve(SRGB.primaries, xyz).map((value) => 255 * fromLight(Math.min(1, Math.max(0, value))));
}

const fromLight = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** How much of each of three columns gives `target` (Cramer's rule). */
function solve(columns: readonly (readonly number[])[], target: readonly number[]): number[] {
  const whole = determinant(columns);
  return columns.map((_, at) => determinant(columns.with(at, target)) / whole);
}

function determinant([a = [], b = [], c = []]: readonly (readonly number[])[]): number {
  const product = (i: number, j: number, k: number) => (a[i] ?? 0) * (b[j] ?? 0) * (c[k] ?? 0);
  return (
    product(0, 1, 2) + product(1, 2, 0) + product(2, 0, 1) - product(2, 1, 0) - product(1, 0, 2) - product(0, 2, 1)
  );
}

/** D50, the white of ICC's connection space. */
const WHITE = [0.9642, 1, 0.8249];

/** A profile of three primaries and one curve for all of them (ICC.1:2001-04, 6.3.1.2). */
export function profileOf({ primaries, toLight }: ColourSpace): Buffer {
  const [red = [], green = [], blue = []] = primaries;
  const curve = curveTag(toLight);
  const tags = [
    ['desc', Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x05test\0', 'latin1'), Buffer.alloc(78)])],
    ['cprt', Buffer.from('text\0\0\0\0none\0', 'latin1')],
    ['wtpt', xyzTag(WHITE)],
    ['rXYZ', xyzTag(red)],
    ['gXYZ', xyzTag(green)],
    ['bXYZ', xyzTag(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ] as const;
  return withHeader(tags.map(([name, data]) => ({ name, data })));
}

const xyzTag = (xyz: readonly number[]) => Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(xyz)]);

/** Numbers of 16 bits before and 16 behind the point. */
function fixed(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65_536), 4 * at);
  return bytes;
}

const POINTS = 1024;

function curveTag(toLight: (value: number) => number): Buffer {
  const bytes = Buffer.alloc(12 + 2 * POINTS);
  bytes.write('curv', 'latin1');
  bytes.writeUInt32BE(POINTS, 8);
  for (let at = 0; at < POINTS; at++) bytes.writeUInt16BE(Math.round(65_535 * toLight(at / (POINTS - 1))), 12 + 2 * at);
  return bytes;
}

/** The head of 128 bytes, the table of the tags, and the tags. */
function withHeader(tags: { name: string; data: Buffer }[]): Buffer {
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  fixed(WHITE).copy(header, 68);
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  const padded = tags.map(({ data }) => Buffer.concat([data, Buffer.alloc(-data.length & 3)]));
  let offset = header.length + table.length;
  for (const [at, { name, data }] of tags.entries()) {
    table.write(name, 4 + 12 * at, 'latin1');
    table.writeUInt32BE(offset, 8 + 12 * at);
    table.writeUInt32BE(data.length, 12 + 12 * at);
    offset += padded[at]?.length ?? 0;
  }
  const profile = Buffer.concat([header, table, ...padded]);
  profile.writeUInt32BE(profile.length);
  return profile;
}
