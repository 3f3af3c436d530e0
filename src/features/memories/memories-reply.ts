import type { Request } from 'express';
import type { Reply } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Store } from '../../data/read/store.ts';
import type { PresentDeps } from '../photos/present.ts';
import type { ListedPhoto } from '../photos/schemas.ts';
import { ownersItems } from '../photos/write-list-items.ts';
import { versionedReply, type VersionedReplyDeps } from '../timeline/versioned-reply.ts';
import { readMemories, type Memory } from './read-memories.ts';

export type MemoriesDeps = VersionedReplyDeps;

/**
 * Replies with the memories of a day. An unchanged reply costs one lookup.
 * @throws AppError account-erased
 */
export const memoriesReply = (deps: MemoriesDeps, id: UserId, date: string, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user: id,
      query: ['memories', date],
      async read() {
        const { user, memories } = await readMemories(deps.store, id, date);
        const items = memories.map(({ date, title, count, photos }) => {
          const shown = ownersItems(deps, id, user.handle, photos).join(',');
          return `${JSON.stringify({ date, title, count }).slice(0, -1)},"photos":[${shown}]}`;
        });
        return { sequence: user.sequence, text: `{"items":[${items.join(',')}],"sequence":${user.sequence}}` };
      },
    },
    request,
  );

/** The memories of a day as a page shows them to their owner. */
export type ShownMemory = Memory<ListedPhoto>;

/**
 * Reads the memories of a day for a page.
 * @throws AppError account-erased
 */
export async function shownMemories(
  deps: PresentDeps & { store: Store },
  id: UserId,
  date: string,
): Promise<ShownMemory[]> {
  const { user, memories } = await readMemories(deps.store, id, date);
  return memories.map(({ date, title, count, photos }) => ({
    date,
    title,
    count,
    photos: ownersItems(deps, id, user.handle, photos).map((item) => JSON.parse(item) as ListedPhoto),
  }));
}
