import { z } from 'zod';

/** The classes of "Storage classes" and the older names that are still taken. Case does not matter, as in gcloud. */
export const StorageClass = z
  .string()
  .transform((name) => name.toUpperCase())
  .pipe(
    z.enum([
      'STANDARD',
      'NEARLINE',
      'COLDLINE',
      'ARCHIVE',
      'MULTI_REGIONAL',
      'REGIONAL',
      'DURABLE_REDUCED_AVAILABILITY',
    ]),
  );
