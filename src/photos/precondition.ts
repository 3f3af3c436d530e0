import { parseIfMatch } from '../http/conditional.ts';
import { AppError } from '../http/errors.ts';
import type { Photo } from '../library/shapes.ts';

/** Throws `precondition-failed`, with the photo as it is now, unless it is the one that the caller has read. */
export type Precondition = (photo: Photo) => void;

/**
 * What an `If-Match` demands of the photo that a change meets; without one any will do. `present` makes the current item
 * that the refusal carries. Throws `invalid-request` when it is no list of entity tags.
 */
export function preconditionOf(ifMatch: string | undefined, present: (photo: Photo) => unknown): Precondition {
  const matches = parseIfMatch(ifMatch);
  return (photo) => {
    if (matches(photo.revision)) return;
    throw new AppError('precondition-failed', 'The photo has been edited since you read it: look at `current`.', {
      extra: { current: present(photo) },
    });
  };
}
