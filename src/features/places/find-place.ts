import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { once } from '../../runtime/lazy.ts';
import type { Location, PlaceName } from '../../data/model/records.ts';
import { PLACES_VERSION } from '../../data/model/photo-place.ts';
import { openPackedPlaces, type CountryPlaces } from './packed-places.ts';

/** Names the place of coordinates. Without a country all its names are null. */
export type FindPlace = (location: Location) => PlaceName;

/**
 * Opens the data of places, of some 5 MB, and the borders of countries. Jobs alone call it: neither the start nor a request
 * waits for that.
 */
export const openPlaces = once(async (): Promise<FindPlace> => {
  const { iso1A2Code } = await import('@rapideditor/country-coder');
  const placesOf = openPackedPlaces(await readFile(await packedFile()));
  const nameOf = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  // A territory with a code of its own, such as Hong Kong, is a country here, as it is in the data of places.
  const codeAt = ({ latitude, longitude }: Location) => iso1A2Code([longitude, latitude], { level: 'territory' });
  return (location) => {
    const { longitude } = location;
    // East and west of the line at 180 degrees meet, and a border may name either.
    const code =
      codeAt(location) ?? (Math.abs(longitude) === 180 ? codeAt({ ...location, longitude: -longitude }) : null);
    const country = code === null ? undefined : nameOf.of(code);
    if (code === null || country === undefined) return { country: null, code: null, region: null, city: null };
    return { country, code, ...cityOf(placesOf(code), location) };
  };
});

/** The longest way to a place that is named, in kilometres. */
const LONGEST_WAY_KM = 100;

/** Kilometres from pole to pole, for each degree of latitude. */
const KM_PER_DEGREE = 111.2;

/**
 * A place reaches this far from its middle, times the square root of its people, in kilometres: 0.2 for a village of 1,000,
 * 6 for a city of 1,000,000. So a village at the edge of a city does not name what lies in the city.
 */
const REACH_KM = 0.006;

/** The largest reach: no city has more than 30 million people. */
const LONGEST_REACH_KM = 33;

function cityOf(
  places: CountryPlaces | undefined,
  { latitude, longitude }: Location,
): Pick<PlaceName, 'region' | 'city'> {
  if (!places) return { region: null, city: null };
  const height = (LONGEST_WAY_KM + LONGEST_REACH_KM) / KM_PER_DEGREE;
  const cosine = Math.cos(radians(latitude));
  let best: number | undefined;
  let shortest = LONGEST_WAY_KM;
  for (let at = firstFrom(places, latitude - height); at < places.count; at++) {
    const north = places.latitude(at);
    if (north > latitude + height) break;
    const half = Math.sin(radians(places.longitude(at) - longitude) / 2) ** 2;
    const angle = Math.sin(radians(north - latitude) / 2) ** 2 + cosine * Math.cos(radians(north)) * half;
    const way = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(angle)));
    const distance = way - REACH_KM * Math.sqrt(places.population(at));
    if (distance < shortest) [best, shortest] = [at, distance];
  }
  return best === undefined ? { region: null, city: null } : { region: places.region(best), city: places.name(best) };
}

const EARTH_KM = 6371;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The first place that is not south of a latitude. */
function firstFrom(places: CountryPlaces, latitude: number): number {
  let [low, high] = [0, places.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places.latitude(middle) < latitude) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The file that `npm run build` has packed. From its source, the program packs it at its first use. */
async function packedFile(): Promise<string> {
  const built = join(import.meta.dirname, 'places.bin');
  if (existsSync(built)) return built;
  const root = join(import.meta.dirname, '../../..');
  const kept = join(root, `node_modules/.cache/places-${PLACES_VERSION}.bin`);
  if (!existsSync(kept)) await promisify(execFile)(process.execPath, [join(root, 'deploy/pack-places.ts'), kept]);
  return kept;
}
