import type { User } from '../../data/model/records.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import type { Store } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import { vocabularyRef } from './vocabulary.ts';

/** Reads the tags of a user with the number of photos of each, those of most photos first, and the user in the same snapshot. */
export async function readTagCounts(
  { store }: { store: Store },
  id: UserId,
): Promise<{ user: User; tags: { tag: string; count: number }[] }> {
  const found = await store.snapshot(id, async (snapshot) => ({
    user: snapshot.user,
    vocabulary: await snapshot.entity(vocabularyRef),
  }));
  if (!found) throw accountErased();
  const tags = Object.entries(found.vocabulary?.counts.tag ?? {})
    .toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
    .map(([tag, count]) => ({ tag, count }));
  return { user: found.user, tags };
}
