/** One populated place. */
export interface PopulatedPlace {
  name: string;
  /** ISO 3166-1 alpha-2. */
  code: string;
  region: string | null;
  latitude: number;
  longitude: number;
  population: number;
}

/** All populated places of one country, from south to north, in columns. */
export interface CountryPlaces {
  count: number;
  latitude(at: number): number;
  longitude(at: number): number;
  population(at: number): number;
  name(at: number): string;
  region(at: number): string | null;
}

/** Populated places by the code of their country. */
export type PackedPlaces = (code: string) => CountryPlaces | undefined;

const FORMAT = 'places 1';

/** Degrees are kept as whole numbers of this part of them: of one metre. */
const PER_DEGREE = 1e5;

/** What the first line of the file says, as JSON. */
interface Head {
  format: string;
  count: number;
  /** The codes of the countries, and at which place those of each begin. */
  countries: [code: string, first: number][];
  regions: string[];
  nameBytes: number;
}

/** Four columns of 4 bytes, one of 2 bytes, and the ends of the names. */
const COLUMNS = ['latitude', 'longitude', 'population', 'region', 'nameEnd'] as const;

/** Writes places as one compact file. */
export function packPlaces(places: readonly PopulatedPlace[]): Buffer {
  const sorted = places.toSorted((a, b) => compare(a.code, b.code) || a.latitude - b.latitude);
  const regions = [...new Set(sorted.flatMap(({ region }) => region ?? []))];
  const regionAt = new Map(regions.map((region, at) => [region, at + 1]));
  const countries: Head['countries'] = [];
  const names: Buffer[] = [];
  let nameEnd = 0;
  const columns = Object.fromEntries(COLUMNS.map((column) => [column, new Int32Array(sorted.length)])) as Columns;
  for (const [at, { code, name, latitude, longitude, population, region }] of sorted.entries()) {
    if (countries.at(-1)?.[0] !== code) countries.push([code, at]);
    const bytes = Buffer.from(name);
    names.push(bytes);
    nameEnd += bytes.length;
    columns.latitude[at] = Math.round(latitude * PER_DEGREE);
    columns.longitude[at] = Math.round(longitude * PER_DEGREE);
    columns.population[at] = population;
    columns.region[at] = region === null ? 0 : (regionAt.get(region) ?? 0);
    columns.nameEnd[at] = nameEnd;
  }
  const head: Head = { format: FORMAT, count: sorted.length, countries, regions, nameBytes: nameEnd };
  const line = `${JSON.stringify(head)}\n`;
  return Buffer.concat([Buffer.from(line), ...COLUMNS.map((column) => Buffer.from(columns[column].buffer)), ...names]);
}

type Columns = Record<(typeof COLUMNS)[number], Int32Array<ArrayBuffer>>;

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

/**
 * Opens what `packPlaces` has written.
 * @throws Error if the file is of another format, or damaged
 */
export function openPackedPlaces(file: Buffer): PackedPlaces {
  const end = file.indexOf('\n');
  const { format, count, countries, regions, nameBytes } = JSON.parse(file.toString('utf8', 0, end)) as Head;
  const namesStart = end + 1 + COLUMNS.length * 4 * count;
  if (format !== FORMAT || file.length !== namesStart + nameBytes) throw new Error('The file of places is damaged.');
  // Copied, because a column may begin anywhere in the file, and typed arrays begin at a multiple of 4.
  const columns = Object.fromEntries(
    COLUMNS.map((column, at) => {
      const start = end + 1 + at * 4 * count;
      return [column, new Int32Array(new Uint8Array(file.subarray(start, start + 4 * count)).buffer)];
    }),
  ) as Columns;
  const names = file.subarray(namesStart);
  const valueOf = (column: (typeof COLUMNS)[number], at: number) => columns[column][at] ?? 0;
  const ranges = new Map(
    countries.map(([code, first], at) => [code, { first, count: (countries[at + 1]?.[1] ?? count) - first }]),
  );
  return (code) => {
    const range = ranges.get(code);
    if (!range) return undefined;
    const { first } = range;
    return {
      count: range.count,
      latitude: (at) => valueOf('latitude', first + at) / PER_DEGREE,
      longitude: (at) => valueOf('longitude', first + at) / PER_DEGREE,
      population: (at) => valueOf('population', first + at),
      region: (at) => regions[valueOf('region', first + at) - 1] ?? null,
      name: (at) =>
        names.toString(
          'utf8',
          first + at === 0 ? 0 : valueOf('nameEnd', first + at - 1),
          valueOf('nameEnd', first + at),
        ),
    };
  };
}
