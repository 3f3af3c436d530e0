import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** What independent tools found in a real file; `about` in truth.json explains the members. */
export interface Truth {
  bytes: number;
  sha256: string;
  mime: string | null;
  expect: 'accept' | 'reject' | 'either';
  /** Of `either`, the better one. */
  prefer?: 'accept' | 'reject';
  reason: string;
  display_width: number | null;
  display_height: number | null;
  frames: number | null;
  make: string | null;
  model: string | null;
  gps: { lat: number; lon: number; valid: boolean } | null;
  capture: { tag: string; local: string; subsec?: string; offset?: string; utc?: string } | null;
}

export interface RealPhoto {
  name: string;
  path: string;
  truth: Truth;
}

/** Beside the checkout, never inside: these files belong to others. */
const FOLDER = join(import.meta.dirname, '../../../shared/photos');

/** Files of real cameras and tools with what is true of them; undefined where they are not at hand. */
export const realPhotos: RealPhoto[] | undefined = existsSync(join(FOLDER, 'truth.json')) ? readAll() : undefined;

/** What a test adds to its name where it has nothing to look at. */
export const whyNoRealPhotos = realPhotos ? '' : ' (skipped: the real photos do not lie beside this checkout)';

function readAll(): RealPhoto[] {
  const { files } = JSON.parse(readFileSync(join(FOLDER, 'truth.json'), 'utf8')) as { files: Record<string, Truth> };
  return Object.entries(files).map(([name, truth]) => ({ name, path: join(FOLDER, name), truth }));
}

/** What a photo must say about itself to be as true as that: to the last digit, but for the rounding of degrees. */
export function factsIn({ display_width, display_height, capture, gps, make, model, frames }: Truth) {
  const fraction = capture?.subsec ? `.${capture.subsec}` : '';
  return {
    width: display_width,
    height: display_height,
    takenAt: capture
      ? {
          local: capture.local + fraction,
          offset: capture.offset ?? null,
          utc: capture.utc?.replace('Z', `${fraction}Z`) ?? null,
        }
      : { source: expect.stringMatching(/^(upload|file-name)$/) as string },
    camera: { make, model },
    // The tools read 0/0 as well, which is no place.
    location:
      gps?.valid && (gps.lat !== 0 || gps.lon !== 0)
        ? { latitude: expect.closeTo(gps.lat, 6) as number, longitude: expect.closeTo(gps.lon, 6) as number }
        : null,
    ...(frames !== null && frames > 1 ? { frames } : {}),
  };
}
