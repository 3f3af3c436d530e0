import { z } from 'zod';
import { Cursor } from '../../signing/cursor.ts';
import { Fields } from '../photos/schemas.ts';
import { PageSize } from '../timeline/schemas.ts';

const LONGEST_KEY = 1_000;

const place = z.string().describe('Names the place in `GET /v1/places/photos`.');

const shown = {
  place,
  count: z.int().describe('Photos of the timeline. Those in archive and trash do not count.'),
  cover: z.string().nullable().describe('The photo that stands for the place. Null for moments after it has left.'),
  coverUrls: z.object({ thumb: z.string(), small: z.string() }).nullable(),
};

const City = z
  .object({
    ...shown,
    city: z.string().nullable().describe('Null where only the region is known.'),
    region: z.string().nullable(),
  })
  .meta({ id: 'City' });
export type City = z.infer<typeof City>;

const Country = z
  .object({
    ...shown,
    country: z.string().nullable().describe('In English, or as you have named it. Null for places without a country.'),
    code: z.string().nullable().describe('ISO 3166-1, two letters, where it is known.'),
    cities: z.array(City).describe('The one with the most photos first.'),
  })
  .meta({ id: 'Country' });
export type Country = z.infer<typeof Country>;

export const PlaceListReply = z
  .object({
    items: z.array(Country).describe('The country with the most photos first. For you alone.'),
    complete: z.boolean().describe('False while older photos wait for their places.'),
    sequence: z.int().describe('Identifies the state that the counts show, as in a page of the timeline.'),
  })
  .meta({ id: 'PlaceList' });
export type PlaceListReply = z.infer<typeof PlaceListReply>;

export const PlaceKey = z.string().min(1, 'is required').max(LONGEST_KEY, 'is no place');

export const PlacePhotosQuery = z.strictObject({
  place: PlaceKey.describe('The `place` of a country or city of `GET /v1/places`.'),
  limit: PageSize,
  cursor: Cursor.optional(),
  fields: Fields,
});
