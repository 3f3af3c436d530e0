import type { Change } from '../../data/rules/change.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { Photo } from '../../data/model/records.ts';
import { AppError } from '../../runtime/errors.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { editIn, type EditDeps, type Target } from './edit-photo.ts';

/** The latest edits of an account that can be undone, newest first. */
interface EditUndo {
  edits: UndoableEdit[];
}

interface UndoableEdit {
  photo: PhotoId;
  /** Of the photo after the edit. Another revision says that it was changed since. */
  revision: number;
  /** The edit that brings the former values back. */
  back: PhotoEdit;
}

const EditUndoKind = packedKind<EditUndo>('EditUndo', { version: 1, fields: { edits: 'array' } });

const editUndoRef: EntityRef<EditUndo> = { kind: EditUndoKind, name: 'photos' };

/** Edits that are kept: those of several windows at once. */
const KEPT = 5;

/** Edits a photo, and keeps what the edit replaces for `undoEdit`. */
export const editForUndo = ({ library }: EditDeps, { user, id }: Omit<Target, 'precondition'>, edit: PhotoEdit) =>
  library.commit(
    user,
    async (change) => {
      const before = await change.photos.get(id);
      const after = await editIn(change, id, edit);
      const kept = { photo: id, revision: after.revision, back: backFrom(before, edit) };
      const others = await undoableEdits(change);
      change.entities.write(editUndoRef, { edits: [kept, ...others].slice(0, KEPT) });
      return after;
    },
    [photoRef(id), editUndoRef],
  );

/**
 * Undoes the latest edit by `editForUndo`.
 * @throws AppError not-found; precondition-failed if the photo was changed since
 */
export const undoEdit = ({ library }: EditDeps, { user, id }: Omit<Target, 'precondition'>): Promise<Photo> =>
  library.commit(
    user,
    async (change) => {
      const { revision } = await change.photos.get(id);
      const edits = await undoableEdits(change);
      const kept = edits.find((edit) => edit.photo === id && edit.revision === revision);
      if (!kept) throw new AppError('precondition-failed', 'The photo was changed since this edit.');
      change.entities.write(editUndoRef, { edits: edits.filter((edit) => edit !== kept) });
      return editIn(change, id, kept.back);
    },
    [photoRef(id), editUndoRef],
  );

/** Forgets the former texts of photos that are erased. */
export async function forgetEdits(change: Change, photos: readonly Photo[]): Promise<void> {
  const edits = await undoableEdits(change);
  const erased = new Set(photos.map(({ id }) => id));
  const kept = edits.filter(({ photo }) => !erased.has(photo));
  if (kept.length < edits.length) change.entities.write(editUndoRef, { edits: kept });
}

const undoableEdits = async ({ entities }: Change) => (await entities.read(editUndoRef))?.edits ?? [];

/** A field that the owner had not set goes back to what the file says. */
function backFrom(before: Photo, { caption, alt, takenAt, tags, rating, place }: PhotoEdit): PhotoEdit {
  return {
    ...(caption !== undefined && { caption: before.caption }),
    ...(alt !== undefined && { alt: before.alt }),
    ...(tags !== undefined && { tags: before.tags ?? [] }),
    ...(rating !== undefined && { rating: before.rating ?? null }),
    ...(takenAt !== undefined && { takenAt: before.fileSays?.takenAt ? before.takenAt : null }),
    ...(place !== undefined && { place: before.ownPlace ?? null }),
  };
}
