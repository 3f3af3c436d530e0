import { z } from 'zod';
import { orFault } from '../../http/input/item-fault.ts';
import { Problem } from '../../http/replies/problem.ts';
import { Photo, PhotoEdit, PhotoIdParam } from './schemas.ts';

/** Photos that one request changes, at the most. */
export const BATCH_LIMIT = 50;

const items = <S extends z.ZodType>(item: S) =>
  z.array(orFault(item)).min(1).max(BATCH_LIMIT, `Send at most ${BATCH_LIMIT} photos at once.`);

const BatchEdit = z
  .strictObject({
    id: PhotoIdParam,
    ifMatch: z
      .string()
      .optional()
      .describe('As the header `If-Match`: the ETag of the photo, or just its revision in quotes, `"7"`.'),
    ...PhotoEdit.shape,
  })
  .refine(({ id: _id, ifMatch: _ifMatch, ...edit }) => Object.keys(edit).length > 0, 'names nothing to change')
  .meta({ id: 'BatchEdit' });

export const BatchEditRequest = z.strictObject({ items: items(BatchEdit) });

const Failed = z.object({ status: z.literal('failed'), problem: Problem });

export const BatchEditReply = z.object({
  results: z
    .array(z.union([z.object({ status: z.literal('edited'), photo: Photo }), Failed]))
    .describe('One for each item, in the order of the request. An item that fails does not affect the others.'),
});

export const BatchTrashRequest = z.strictObject({ ids: items(PhotoIdParam) });

export const BatchTrashReply = z.object({
  results: z
    .array(z.union([z.object({ status: z.literal('trashed'), id: z.string() }), Failed]))
    .describe('One for each id, in the order of the request.'),
});
