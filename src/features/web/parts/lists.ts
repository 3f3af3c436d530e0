import type { TimelineOrder } from '../../timeline/read-timeline.ts';

/** A list of photos that has a page. */
export interface PhotoList {
  path: string;
  title: string;
  order: TimelineOrder;
  favourite?: true;
  archived?: true;
  /** What stands there if the list has no photos. */
  empty: string;
}

/** The lists by the names that the parameter `in` of a photo's page has. */
export const LISTS = {
  timeline: {
    path: '/',
    title: 'Photos',
    order: 'taken',
    empty: 'No photos yet. Your first photo appears here as soon as it is uploaded.',
  },
  recent: { path: '/recent', title: 'Recently added', order: 'posted', empty: 'No photos yet.' },
  favourites: {
    path: '/favourites',
    title: 'Favourites',
    order: 'taken',
    favourite: true,
    empty: 'No favourites yet. Open a photo and choose “Favourite”.',
  },
  archive: {
    path: '/archive',
    title: 'Archive',
    order: 'taken',
    archived: true,
    empty: 'The archive is empty. Archived photos do not appear in your timeline.',
  },
  trash: {
    path: '/trash',
    title: 'Trash',
    order: 'trashed',
    empty: 'The trash is empty. Photos stay here for 30 days before they are deleted for good.',
  },
} as const satisfies Record<string, PhotoList>;

export type ListName = keyof typeof LISTS;

export const LIST_NAMES = Object.keys(LISTS) as [ListName, ...ListName[]];

/** The list of an album's photos, by the name that the parameter `in` has for it. */
export const albumList = (id: string): AlbumList => `album.${id}`;

type AlbumList = `album.${string}`;

/** A list of `LISTS`, or that of an album. */
export type AnyList = ListName | AlbumList;

/** The album in the name of its list. */
export const albumIn = (list: AnyList) => (list.startsWith('album.') ? list.slice('album.'.length) : undefined);

/** The page of a list, and what links to it say. */
export function placeOf(list: AnyList): Pick<PhotoList, 'path' | 'title'> {
  const album = albumIn(list);
  return album === undefined ? LISTS[list as ListName] : { path: `/albums/${album}`, title: 'Album' };
}

/** Returns the address of a photo's page, from which previous and next lead through this list. */
export const photoHref = (id: string, list: AnyList) =>
  list === 'timeline' ? `/photo/${id}` : `/photo/${id}?in=${list}`;
