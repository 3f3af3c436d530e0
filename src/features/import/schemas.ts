import { z } from 'zod';
import { Problem } from '../../http/replies/problem.ts';
import { openEnum } from '../../http/openapi/open-enum.ts';

/** Lines in one request at the most. */
export const MOST_LINES = 500;

/** Bytes of one request at the most: a line with a caption, an alternative text and 20 tags has some 12 KB. */
export const MOST_BYTES = 8 << 20;

const LineResult = z
  .object({
    line: z.int().min(1).describe('The number of the line in the request, from 1 on.'),
    kind: openEnum(['photo', 'album', 'account', 'share', 'end', 'unknown']),
    status: openEnum(['created', 'updated', 'unchanged', 'missing', 'trashed', 'skipped', 'failed']).describe(
      '`missing`: no photo here has these bytes. Upload them, and send the line again. `trashed`: the photo is in the trash, ' +
        'and stays there. `skipped`: lines of this kind are not imported.',
    ),
    id: z.string().optional().describe('The photo or the album in your account.'),
    sha256: z.string().optional().describe('Of a photo that is missing or in the trash.'),
    albumsMissing: z
      .array(z.string())
      .optional()
      .describe('Albums of the photo whose lines were not imported yet. Send them, and this line again.'),
    problem: Problem.optional(),
  })
  .meta({ id: 'LineResult' });

export const ImportReply = z
  .object({ results: z.array(LineResult).describe('One for each line that is not empty, in their order.') })
  .meta({ id: 'ImportReply' });
