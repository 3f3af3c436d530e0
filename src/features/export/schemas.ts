import { z } from 'zod';

const MOST_LINES = 500;

export const ExportQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_LINES)
    .default(MOST_LINES)
    .describe('Photos and albums on a page, at most.'),
  token: z
    .string()
    .max(4096)
    .optional()
    .describe('The `token` of the last line. Without it the manifest begins with all that there is.'),
});
