import type { UserId } from '../../runtime/ids.ts';
import { inTrash } from '../../data/model/entity-kinds.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';

/** What the service knows of some bytes: the photo that has them, in the timeline or in the trash, or nothing. */
export interface KnownBytes {
  sha256: string;
  status: 'present' | 'trashed' | 'missing';
  id?: string;
}

/** Tells which bytes the user has already, in the order asked. Two lookups, not one for each digest. */
export async function checkBytes({ store }: { store: Store }, user: UserId, digests: string[]): Promise<KnownBytes[]> {
  const distinct = [...new Set(digests)];
  const claims = await store.contentEntries(user, distinct);
  const photos = await store.photos(
    user,
    claims.flatMap((claim) => claim?.photos ?? []),
  );
  const byDigest = Map.groupBy(photos, ({ sha256 }) => sha256);
  return digests.map((sha256) => ({ sha256, ...known(byDigest.get(sha256) ?? []) }));
}

function known(twins: Photo[]): Omit<KnownBytes, 'sha256'> {
  const shown = twins.find((photo) => !inTrash(photo));
  if (shown) return { status: 'present', id: shown.id };
  const [trashed] = twins;
  return trashed ? { status: 'trashed', id: trashed.id } : { status: 'missing' };
}
