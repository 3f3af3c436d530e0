import { parseIfMatch } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Photo } from '../../data/model/records.ts';

/** Throws `precondition-failed`, with the photo as it is now, unless it is the one that the caller has read. */
export type Precondition = (photo: Photo) => void;

/** How a refusal shows the photo as it is now, and its ETag without quotes. */
export interface Current {
  present(photo: Photo): unknown;
  tagOf(photo: Photo): string;
}

/**
 * What an `If-Match` demands of the photo that a change meets; without one any photo will do.
 * @throws AppError `invalid-request` when it is not a list of entity tags.
 */
export function preconditionOf(ifMatch: string | undefined, { present, tagOf }: Current): Precondition {
  const matches = parseIfMatch(ifMatch);
  return (photo) => {
    if (matches(photo.revision)) return;
    throw new AppError('precondition-failed', 'The photo has been edited since you read it: look at `current`.', {
      extra: { current: present(photo) },
      headers: { ETag: `"${tagOf(photo)}"` },
    });
  };
}
