import { LRUCache } from 'lru-cache';
import { isSuspended } from '../../../data/rules/suspension.ts';
import type { Store } from '../../../data/read/store.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { MINUTE_MS } from '../../../runtime/durations.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import type { AlbumMember } from '../../../signing/media-token.ts';
import { albumPeopleRef } from './people.ts';

/** Whether shared albums still show what URLs of pictures say. */
interface MemberGrants {
  /**
   * Whether viewer and photographer are both in the album, as its owner or as members, or were when this instance last
   * read its people, less than a minute ago.
   */
  grants(photographer: UserId, member: AlbumMember): Promise<boolean>;
  /** Forgets what this instance keeps of the people of an album. */
  forget(host: UserId, album: AlbumId): void;
}

/** How long an instance relies on a lookup. */
const TRUSTED_FOR_MS = MINUTE_MS;

const MOST_ALBUMS_KEPT = 20_000;

/** The users of an album, and until when that counts, in elapsed milliseconds. */
interface Known {
  users: Promise<ReadonlySet<UserId>>;
  until: number;
}

export function createMemberGrants({
  store,
  clock,
}: {
  store: Pick<Store, 'entity' | 'user'>;
  clock: Clock;
}): MemberGrants {
  const known = new LRUCache<string, Known>({ max: MOST_ALBUMS_KEPT });

  async function read(host: UserId, album: AlbumId): Promise<ReadonlySet<UserId>> {
    const [owner, people] = await Promise.all([store.user(host), store.entity(host, albumPeopleRef(album))]);
    if (!owner || isSuspended(owner) || !people) return new Set();
    return new Set([host, ...people.members.map(({ user }) => user)]);
  }

  function ask(host: UserId, album: AlbumId): Known {
    const users = read(host, album);
    const asked: Known = { users, until: clock.elapsed() + TRUSTED_FOR_MS };
    // A lookup that fails is not kept.
    users.catch(() => known.delete(host + album));
    known.set(host + album, asked);
    return asked;
  }

  return {
    async grants(photographer, { host, album, viewer }) {
      const last = known.get(host + album);
      const users = await (last && clock.elapsed() < last.until ? last : ask(host, album)).users;
      return users.has(viewer) && users.has(photographer);
    },
    forget: (host, album) => void known.delete(host + album),
  };
}
