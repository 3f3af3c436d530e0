import { setImmediate } from 'node:timers/promises';
import type { Sharp } from 'sharp';
import { decoding, type Decoder } from '../decoding/decoder.ts';
import type { Pixels } from '../decoding/pixels.ts';
import type { HdrColour } from './signalled-colour.ts';
import type { ImageSize } from '../parsers/findings.ts';

/** Decoded pixels of three numbers each, as coded; the highest code is 65,536 less the value of one step. */
interface DeepPixels extends ImageSize {
  data: Uint16Array;
  /** Bits of a number in the file. */
  bits: number;
}

/** The pixels of a picture as they are coded, on white where it is transparent. */
export async function deepPixels(
  open: Decoder,
  picture: Sharp,
  size: Pick<DeepPixels, 'width' | 'height' | 'bits'>,
): Promise<DeepPixels> {
  const flat = picture.flatten({ background: '#ffffff' }).toColourspace('rgb16').raw({ depth: 'ushort' });
  const { buffer, byteOffset, byteLength } = await decoding(open, () => flat.toBuffer());
  return { data: new Uint16Array(buffer, byteOffset, byteLength / 2), ...size };
}

/** How bright the white of a page is among pictures of high dynamic range, in cd/m² (ITU-R BT.2408, 3.1). */
const WHITE_NITS = 203;

/** Pixels that are converted before other work gets its turn: two milliseconds. */
const PIXELS_PER_TURN = 2 ** 14;

/**
 * Shows pixels of PQ (SMPTE ST 2084) or HLG (ITU-R BT.2100) in sRGB. Up to three quarters of white they look as coded;
 * from there to the peak the light is rolled off as ITU-R BT.2390 (5.4.1) does it, by the largest of the three, so that
 * the hue stays. Colours outside of sRGB are clipped.
 */
export async function toneMap(pixels: DeepPixels, colour: HdrColour): Promise<Pixels> {
  const { data, width, height } = pixels;
  const mapped = Buffer.allocUnsafe(width * height * 3);
  const convert = converter(colour, pixels.bits);
  for (let from = 0; from < data.length; from += 3 * PIXELS_PER_TURN) {
    convert(data, mapped, { from, to: Math.min(data.length, from + 3 * PIXELS_PER_TURN) });
    await setImmediate();
  }
  return { data: mapped, width, height };
}

type Convert = (coded: Uint16Array, mapped: Buffer, range: { from: number; to: number }) => void;

/** Numbers in each table: twelve bits, as many as a studio codes HDR with. */
const TABLE_STEPS = 4096;
const LAST_STEP = TABLE_STEPS - 1;

function converter({ primaries, transfer, peak }: HdrColour, bits: number): Convert {
  const isHlg = transfer === 'hlg';
  // libvips widens eight bits by copies of the last one, which is no part of the code.
  const unit = bits > 12 ? 1 : 2 ** (16 - bits);
  const codeAt = (step: number) => (step * 16 - ((step * 16) % unit)) / (65_536 - unit);
  const toLight = table((step) => (isHlg ? hlgLight : pqLight)(codeAt(step)));
  const brightest = Math.max(1, peak / WHITE_NITS);
  const rollOff = table((step) => rollOffAt(((step + 0.5) / TABLE_STEPS) ** 2 * brightest, brightest));
  const shown = table((step) => HLG_PEAK * ((step + 0.5) / TABLE_STEPS) ** (2 * HLG_GAMMA));
  const toCode = Uint8Array.from(table((step) => 255 * srgbCode(((step + 0.5) / TABLE_STEPS) ** 2) + 0.5));
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = TO_SRGB[primaries];
  const [red, green, blue] = LUMINANCE[primaries];
  const code = (light: number) =>
    toCode[light <= 0 ? 0 : light >= 1 ? LAST_STEP : Math.trunc(Math.sqrt(light) * TABLE_STEPS)] ?? 0;
  return (coded, mapped, { from, to }) => {
    for (let at = from; at < to; at += 3) {
      let r = toLight[(coded[at] ?? 0) >> 4] ?? 0;
      let g = toLight[(coded[at + 1] ?? 0) >> 4] ?? 0;
      let b = toLight[(coded[at + 2] ?? 0) >> 4] ?? 0;
      let scale = isHlg ? (shown[Math.trunc(Math.sqrt(red * r + green * g + blue * b) * LAST_STEP)] ?? 0) : 1;
      const most = Math.max(r, g, b) * scale;
      scale *= most < brightest ? (rollOff[Math.trunc(Math.sqrt(most / brightest) * TABLE_STEPS)] ?? 0) : 1 / most;
      r *= scale;
      g *= scale;
      b *= scale;
      mapped[at] = code(rr * r + rg * g + rb * b);
      mapped[at + 1] = code(gr * r + gg * g + gb * b);
      mapped[at + 2] = code(br * r + bg * g + bb * b);
    }
  };
}

const table = (valueAt: (step: number) => number) =>
  Float32Array.from({ length: TABLE_STEPS }, (_, step) => valueAt(step));

const [M1, M2, C1, C2, C3] = [2610 / 16_384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];

/** The light that a PQ code from 0 to 1 encodes; 1 is white. */
function pqLight(code: number): number {
  const power = code ** (1 / M2);
  return ((Math.max(0, power - C1) / (C2 - C3 * power)) ** (1 / M1) * 10_000) / WHITE_NITS;
}

function pqCode(light: number): number {
  const power = ((light * WHITE_NITS) / 10_000) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

const [A, B, C] = [0.17883277, 0.28466892, 0.55991073];

/** The light of the scene that an HLG code from 0 to 1 encodes; 1 is the brightest (BT.2100, table 5). */
function hlgLight(code: number): number {
  return code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - C) / A) + B) / 12;
}

/** On a screen of 1,000 cd/m² the light of the scene is shown by this much and this power more (BT.2100, table 5). */
const HLG_PEAK = 1000 / WHITE_NITS;
const HLG_GAMMA = 0.2;

/** By how much light is dimmed so that the brightest becomes white. */
function rollOffAt(light: number, brightest: number): number {
  const most = pqCode(brightest);
  const [coded, white] = [pqCode(light) / most, pqCode(1) / most];
  const knee = 1.5 * white - 0.5;
  if (coded <= knee) return 1;
  const t = (coded - knee) / (1 - knee);
  const rolled =
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee + (t ** 3 - 2 * t ** 2 + t) * (1 - knee) + (3 * t ** 2 - 2 * t ** 3) * white;
  return pqLight(rolled * most) / light;
}

const srgbCode = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** Light of other primaries in those of sRGB, row by row (all have the same white, D65). */
const TO_SRGB: Record<HdrColour['primaries'], Matrix> = {
  bt709: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  bt2020: [1.660491, -0.587641, -0.07285, -0.12455, 1.1329, -0.008349, -0.018151, -0.100579, 1.11873],
  p3: [1.22494, -0.22494, 0, -0.042057, 1.042057, 0, -0.019638, -0.078636, 1.098274],
};

/** What each primary adds to the luminance. */
const LUMINANCE: Record<HdrColour['primaries'], readonly [number, number, number]> = {
  bt709: [0.2126, 0.7152, 0.0722],
  bt2020: [0.2627, 0.678, 0.0593],
  p3: [0.228975, 0.691739, 0.079287],
};
