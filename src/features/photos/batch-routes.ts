import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Photo } from '../../data/model/records.ts';
import { BatchEditReply, BatchEditRequest, BatchTrashReply, BatchTrashRequest } from './batch-schemas.ts';
import { definedFields } from '../../runtime/defined-fields.ts';
import { editPhotos, trashPhotos, type EditResult } from './edit-batch.ts';
import type { EditDeps } from './edit-photo.ts';
import { currentOf, type PresentDeps } from './present.ts';

export const batchRoutes = (deps: EditDeps & PresentDeps): Route[] => [
  defineRoute({
    method: 'patch',
    path: '/v1/photos/batch',
    summary: 'Edits up to 50 photos at once, with a result for each.',
    access: 'user',
    scope: 'edit',
    body: BatchEditRequest,
    replies: { 200: BatchEditReply },
    async handle({ body, caller }) {
      const items = body.items.map((item) => {
        if (item instanceof AppError) return item;
        const { id, ifMatch, ...edit } = item;
        return { id, ifMatch, edit: definedFields(edit) };
      });
      const current = currentOf(deps, caller.user, caller.handle);
      const results = await editPhotos(deps, caller.user, items, current);
      return { status: 200, body: shown(results, (photo) => ({ status: 'edited', photo: current.present(photo) })) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos/batch/trash',
    summary: 'Moves up to 50 photos to the trash, with a result for each. May be repeated.',
    access: 'user',
    scope: 'delete',
    body: BatchTrashRequest,
    replies: { 200: BatchTrashReply },
    async handle({ body, caller }) {
      const items = body.ids.map((id) => (id instanceof AppError ? id : { id }));
      const results = await trashPhotos(deps, caller.user, items);
      return { status: 200, body: shown(results, ({ id }) => ({ status: 'trashed', id })) };
    },
  }),
];

const shown = (results: EditResult[], show: (photo: Photo) => object) => ({
  results: results.map((result) => ('photo' in result ? show(result.photo) : { status: 'failed', ...result })),
});
