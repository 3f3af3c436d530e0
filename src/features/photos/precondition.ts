import { parseIfMatch } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Photo } from '../../data/model/records.ts';

/** @throws AppError precondition-failed, with the photo as it is now, unless it is what the client has read */
export type Precondition = (photo: Photo) => void;

/** How a refusal shows the photo as it is now, and its ETag without quotes. */
export interface Current {
  present(photo: Photo): unknown;
  tagOf(photo: Photo): string;
}

/**
 * The precondition that an `If-Match` makes; without it every photo passes.
 * @throws AppError invalid-request when it is not a list of entity tags
 */
export function preconditionOf(ifMatch: string | undefined, { present, tagOf }: Current): Precondition {
  const matches = parseIfMatch(ifMatch);
  return (photo) => {
    if (matches(photo.revision)) return;
    throw new AppError(
      'precondition-failed',
      'The photo has changed since you read it. See `current`, and send its ETag.',
      {
        extra: { current: present(photo) },
        headers: { ETag: `"${tagOf(photo)}"` },
      },
    );
  };
}
