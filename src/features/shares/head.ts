import { ownerName } from './present.ts';
import { describeShare, type OpenedShare, type ReadSharesDeps } from './read-shares.ts';
import type { SharedHead } from './schemas.ts';

/**
 * What a guest reads above the photos.
 * @throws AppError not-found for the share of a deleted album
 */
export async function headOf(deps: ReadSharesDeps, opened: OpenedShare): Promise<SharedHead> {
  const { share, owner } = opened;
  const { shows, expiresAt, upload, originals, location } = share;
  const { title, count } = await describeShare(deps, opened);
  return {
    title,
    owner: ownerName(owner),
    kind: 'photos' in shows ? 'photos' : 'album' in shows ? 'album' : 'timeline',
    count,
    expiresAt: new Date(expiresAt).toISOString(),
    upload,
    originals,
    location,
  };
}
