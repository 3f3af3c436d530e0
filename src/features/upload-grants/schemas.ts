import { z } from 'zod';

/** Grants that one request asks for. */
export const MOST_GRANTS = 200;

/** The longest life of a grant, in days. */
export const LONGEST_GRANT_DAYS = 14;

/** The same of direct grants: sessions at the bucket, which lives for seven days at the most. */
export const MOST_DIRECT_GRANTS = 20;
export const LONGEST_DIRECT_GRANT_DAYS = 6;

export const GrantsRequest = z
  .object({
    count: z.int().min(1).max(MOST_GRANTS).describe('How many photos the program means to upload: a grant for each.'),
    days: z
      .int()
      .min(1)
      .max(LONGEST_GRANT_DAYS)
      .optional()
      .describe(
        `After how many days they end: ${LONGEST_GRANT_DAYS} without this field, ${LONGEST_DIRECT_GRANT_DAYS} for direct ones.`,
      ),
    direct: z
      .literal(true)
      .optional()
      .describe(
        'Asks for sessions at the bucket, for files above the limit of a form: at most ' +
          `${MOST_DIRECT_GRANTS}, for at most ${LONGEST_DIRECT_GRANT_DAYS} days, and with \`maxBytes\`.`,
      ),
    maxBytes: z
      .int()
      .min(1)
      .optional()
      .describe(
        'The most bytes that each file by a direct grant may have. They count in the quota until it is a photo.',
      ),
  })
  .superRefine(({ count, days = 1, direct, maxBytes }, { addIssue }) => {
    const fault = (field: string, message: string) => addIssue({ code: 'custom', path: [field], message });
    if (!direct && maxBytes !== undefined) fault('maxBytes', 'is for direct grants alone');
    if (direct && maxBytes === undefined) fault('maxBytes', 'is required for direct grants');
    if (direct && count > MOST_DIRECT_GRANTS) fault('count', `is at most ${MOST_DIRECT_GRANTS} for direct grants`);
    if (direct && days > LONGEST_DIRECT_GRANT_DAYS) {
      fault('days', `is at most ${LONGEST_DIRECT_GRANT_DAYS} for direct grants`);
    }
  })
  .meta({ id: 'GrantsRequest' });

export const Grants = z
  .object({
    grants: z.array(
      z.object({
        url: z.string().describe('Takes one photo by PUT, without any credentials. Keep it secret.'),
        expiresAt: z.iso.datetime(),
        upload: z.string().optional().describe('Of a direct grant: the id for `GET` and `DELETE /v1/uploads/{id}`.'),
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
