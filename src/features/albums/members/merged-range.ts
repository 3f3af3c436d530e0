import type { Snapshot } from '../../../data/read/snapshot.ts';
import { isSuspended } from '../../../data/rules/suspension.ts';
import type { Store } from '../../../data/read/store.ts';
import type { UserId } from '../../../runtime/ids.ts';
import type { KeysetRange } from '../../timeline/keyset-page.ts';
import { noSuchAlbum, type Album } from '../album.ts';
import { albumPeopleRef, type AlbumPeople } from './people.ts';

/** A user whose photos stand in an album. */
export interface Photographer {
  id: UserId;
  handle: string;
}

/** A photo of an album, by time, and whose it is. The position has no user in it, so that all users' sort as one. */
interface Merged<Shown> {
  position: string;
  by: Photographer;
  shown: Shown;
}

interface MergedRange<Shown> {
  items: Merged<Shown>[];
  /** The users who were read, and their sequences: as long as these are the same, the range is. */
  version: string;
}

/** Reads a range of one user's photos of the album, with positions that begin with that user. */
export type ReadPart<Shown> = (snapshot: Snapshot, range: KeysetRange) => Promise<{ position: string; shown: Shown }[]>;

/**
 * Reads a range of a shared album: of each user's part as many photos as the whole range may have, merged by time. It costs
 * three reads for the owner and for the viewer, and two for each other contributor.
 * @throws AppError not-found for a viewer who is no member
 */
export async function readMergedRange<Shown>(
  { store }: { store: Pick<Store, 'snapshot'> },
  { viewer, snapshot, album }: { viewer: UserId; snapshot: Snapshot; album: Album },
  range: KeysetRange,
  readPart: ReadPart<Shown>,
): Promise<MergedRange<Shown>> {
  const { id, host = viewer } = album;
  const partOf = async (user: UserId, of: Snapshot): Promise<Part<Shown>> => {
    const start = `${user}|`;
    const found = await readPart(of, { ...range, from: range.from === undefined ? undefined : start + range.from });
    const by = { id: user, handle: of.user.handle };
    const items = found.map(({ position, shown }) => ({ by, shown, position: position.slice(start.length) }));
    return { items, version: `${user}${of.user.sequence}`, isSuspended: isSuspended(of.user) };
  };
  const withPeople = async (of: Snapshot) => {
    const people = await of.entity(albumPeopleRef(id));
    return { people: requireMember(people, { viewer, host }), part: await partOf(host, of) };
  };
  const hosts = host === viewer ? await withPeople(snapshot) : await store.snapshot(host, withPeople);
  if (!hosts || (host !== viewer && hosts.part.isSuspended)) throw noSuchAlbum();
  const contributors = hosts.people.members.filter(({ role }) => role === 'contributor').map(({ user }) => user);
  const own = host !== viewer && contributors.includes(viewer) ? [await partOf(viewer, snapshot)] : [];
  const others = contributors.filter((user) => user !== viewer);
  const read = await Promise.all(others.map((user) => store.snapshot(user, (of) => partOf(user, of))));
  const parts = [hosts.part, ...own, ...read.filter((part) => part !== undefined).filter((part) => !part.isSuspended)];
  return {
    items: parts
      .flatMap(({ items }) => items)
      .toSorted(inOrder(range.towards))
      .slice(0, range.limit),
    version: parts.map(({ version }) => version).join(),
  };
}

interface Part<Shown> extends MergedRange<Shown> {
  /** The operator has suspended the account: others see nothing of it. */
  isSuspended: boolean;
}

/** Of an album without members its owner reads the own photos. */
function requireMember(
  people: AlbumPeople | undefined,
  { viewer, host }: { viewer: UserId; host: UserId },
): Pick<AlbumPeople, 'members'> {
  const members = people?.members ?? [];
  if (viewer !== host && !members.some(({ user }) => user === viewer)) throw noSuchAlbum();
  return { members };
}

const inOrder = (towards: KeysetRange['towards']) => (a: { position: string }, b: { position: string }) =>
  a.position < b.position === (towards === 'older') ? 1 : -1;
