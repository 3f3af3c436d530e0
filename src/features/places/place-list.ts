import type { EntityRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { PhotoId } from '../../runtime/ids.ts';

/** How many photos of the timeline a place has, and the photo that stands for it. */
interface CountedPlace {
  count: number;
  /** Null for moments after that photo has left. */
  cover: PhotoId | null;
}

/** A city, or a region of which no city is known. */
export interface CountedCity extends CountedPlace {
  city: string | null;
  region: string | null;
}

export interface CountedCountry extends CountedPlace {
  /** Null where the owner has named a city alone. */
  name: string | null;
  code: string | null;
  cities: Record<string, CountedCity>;
}

/** The places of all photos of a timeline, by their keys. */
export interface PlaceList {
  countries: Record<string, CountedCountry>;
  /** Photos up to this id are counted. Absent: all are. */
  countedUpTo?: string | undefined;
}

/**
 * Cities of one account. The list is one entity, which has at most 1 MiB, and an owner may give any names. Photos of further
 * cities count in their country.
 */
export const MOST_CITIES = 2_000;

/** Countries of one account. There are some 250; an owner may give further names. */
export const MOST_COUNTRIES = 400;

export const placeListRef: EntityRef<PlaceList> = {
  kind: packedKind<PlaceList>('PlaceList', { version: 1, fields: { countries: 'object' } }),
  name: 'all',
};
