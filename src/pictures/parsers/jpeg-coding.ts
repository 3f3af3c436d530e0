import type { Coding } from './findings.ts';

/** What a frame header (ITU-T T.81, B.2.2) and the first scan header (B.2.3) tell. */
export function jpegCoding(marker: number, frame: Buffer, scan: Buffer): Coding {
  const factors = [...frame.subarray(6)].filter((_, at) => at % 3 === 1);
  const areas = factors.map((factor) => (factor >> 4) * (factor & 15));
  const largest = largestOf(factors, (factor) => factor >> 4) * largestOf(factors, (factor) => factor & 15);
  return {
    samples: largest > 0 ? areas.reduce((sum, area) => sum + area / largest, 0) : areas.length,
    bits: 8,
    alpha: false,
    // libjpeg keeps all coefficients where the first scan leaves something to later ones (jdinput.c, initial_setup).
    whole: isProgressive(marker) || (scan[0] ?? 0) < areas.length,
  };
}

const largestOf = (factors: number[], side: (factor: number) => number) => Math.max(0, ...factors.map(side));

/** SOF2, SOF6, SOF10 and SOF14. */
const isProgressive = (marker: number) => (marker & 3) === 2;
