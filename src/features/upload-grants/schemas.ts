import { z } from 'zod';

/** Grants that one request asks for. */
export const MOST_GRANTS = 200;

/** The longest life of a grant, in days. */
export const LONGEST_GRANT_DAYS = 14;

export const GrantsRequest = z
  .object({
    count: z.int().min(1).max(MOST_GRANTS).describe('How many photos the program means to upload: a grant for each.'),
    days: z.int().min(1).max(LONGEST_GRANT_DAYS).default(LONGEST_GRANT_DAYS).describe('After how many days they end.'),
  })
  .meta({ id: 'GrantsRequest' });

export const Grants = z
  .object({
    grants: z.array(
      z.object({
        url: z.string().describe('Takes one photo by PUT, without any credentials. Keep it secret.'),
        expiresAt: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'UploadGrants' });

export const GrantedUpload = z
  .object({
    id: z.string().describe('The photo that has the bytes.'),
    status: z
      .enum(['created', 'duplicate', 'restored'])
      .describe('What the first upload by this grant became. The headers say the same.'),
  })
  .meta({ id: 'GrantedUpload' });
