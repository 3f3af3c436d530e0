import { z } from 'zod';

const digits = z.string().regex(/^\d{1,15}$/);

/** A whole number that is not negative, as a number or in decimal; it comes back as a number. */
export const Int32 = z.union([z.int(), digits.transform(Number)]).pipe(
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
);

/** A number of seconds for which `holds`, as a number or in decimal; like every int64 of the API it comes back as text. */
export const seconds = (holds: (value: number) => boolean, words: string) =>
  z
    .union([z.int(), digits.transform(Number)])
    .refine(holds, words)
    .transform(String);
