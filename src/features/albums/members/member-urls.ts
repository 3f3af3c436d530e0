import type { AlbumId, PhotoId, UserId } from '../../../runtime/ids.ts';
import { memberSigner, shareWindow } from '../../../signing/media-token.ts';
import type { PresentDeps } from '../../photos/present.ts';
import type { Album } from '../album.ts';

/** For each user of a shared album: how the URLs of that user's photos are signed for one viewer. */
export function memberSignerOf(
  deps: PresentDeps,
  viewer: UserId,
  { id: album, host = viewer }: { id: AlbumId; host?: Album['host'] },
): (user: UserId) => (photo: PhotoId) => string {
  const expiresAt = shareWindow(deps.clock);
  return (user) => memberSigner(deps, { user, member: { host, album, viewer }, expiresAt });
}
