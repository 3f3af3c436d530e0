import { z } from 'zod';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../../http/route.ts';
import type { AlbumId, PhotoId, UserId } from '../../../runtime/ids.ts';
import { definedFields } from '../../../runtime/defined-fields.ts';
import { createAlbum, deleteAlbum, editAlbum, type ChangeAlbumDeps } from '../../albums/change-albums.ts';
import { addPhotos, LAST, removePhotos, type AlbumPhotosDeps, type AlbumResult } from '../../albums/change-photos.ts';
import { isShared } from '../../albums/album.ts';
import { receivedInvitations, type JoinDeps } from '../../albums/members/join.ts';
import { startCopies, type StartCopiesDeps } from '../../albums/members/start-copies.ts';
import { ownView, readAlbumView, viewsOf } from '../../albums/members/view.ts';
import { createAlbumPresenter } from '../../albums/present.ts';
import { presentAlbumItems } from '../../albums/present-items.ts';
import { readAlbumPhotos, readAlbums, type ReadAlbumsDeps } from '../../albums/read-albums.ts';
import { AlbumEdit, AlbumIdParam, NewAlbum } from '../../albums/schemas.ts';
import { BATCH_LIMIT } from '../../photos/batch-schemas.ts';
import type { PresentDeps } from '../../photos/present.ts';
import { PhotoIdParam } from '../../photos/schemas.ts';
import { Cursor } from '../../../signing/cursor.ts';
import { ALBUM_DONE, renderAlbum, type AlbumDone } from '../pages/album-page.ts';
import { renderAlbums } from '../pages/albums-page.ts';
import { NOTICE_NAMES } from '../parts/notices.ts';
import { MOST_IN_ADDRESS } from '../parts/selection.ts';

export interface AlbumPageDeps
  extends ChangeAlbumDeps, AlbumPhotosDeps, ReadAlbumsDeps, PresentDeps, JoinDeps, StartCopiesDeps {}

/** Albums, or photos, on a page. */
const PAGE = 50;

/** 300 ids, a name and a description of nine bytes for each character. */
const MAX_FORM_BYTES = 80_000;

const Ids = z
  .string()
  .transform((ids) => ids.split('.'))
  .pipe(z.array(PhotoIdParam).max(MOST_IN_ADDRESS))
  .catch([]);

/** Links may have any parameters. An unknown value is ignored, not refused. */
const AlbumsQuery = z.looseObject({
  cursor: Cursor.optional(),
  photos: Ids,
  did: z.enum(['delete', 'leave']).optional().catch(undefined),
});

const AlbumQuery = z.looseObject({
  cursor: Cursor.optional(),
  select: z.enum(['all', 'none']).optional().catch(undefined),
  did: z.enum(ALBUM_DONE).optional().catch(undefined),
  photos: Ids,
  notice: z.enum(NOTICE_NAMES).optional().catch(undefined),
  photo: PhotoIdParam.optional().catch(undefined),
});

const SAID = {
  delete: 'The album is deleted. Its photos are where they were.',
  leave: 'You have left the album. Your photos are where they were.',
};

const params = z.object({ id: AlbumIdParam });

/** Routes of the pages of albums and of their forms. */
export const albumPageRoutes = (deps: AlbumPageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/albums',
    summary: "The caller's albums; with `photos`, the choice of one for these photos.",
    access: 'user',
    scope: 'read',
    documented: false,
    query: AlbumsQuery,
    replies: { 200: 'text/html' },
    async handle({ caller: { user, handle }, query: { cursor, photos: chosen, did } }) {
      const { items, next, prev } = await readAlbums(deps, user, { limit: PAGE, cursor });
      const views = await viewsOf(deps, user, items);
      const shown = views.flatMap((view) => view ?? []).map(createAlbumPresenter(deps, user));
      // Viewers add no photos.
      const albums = chosen.length > 0 ? shown.filter(({ role }) => role !== 'viewer') : shown;
      const said = did && SAID[did];
      const invitations = chosen.length > 0 ? 0 : (await receivedInvitations(deps, user)).length;
      return { status: 200, html: renderAlbums({ handle, albums, next, prev, chosen, invitations, said }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/albums',
    summary: 'Makes an album, from a form that may name photos for it.',
    access: 'user',
    scope: 'edit',
    documented: false,
    replies: { 303: null },
    errors: ['too-many-albums'],
    async handle({ caller: { user }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const wanted = parseInput(NewAlbum, { title: fields.get('title') ?? '' });
      const ids = photosIn(fields);
      const { album } = await createAlbum(deps, user, wanted);
      if (ids.length === 0) return albumAfter(album.id, 'made');
      return albumAfter(album.id, await addAll(deps, { user, album: album.id, ids }));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/albums/:id',
    summary: 'The page of an album.',
    access: 'user',
    scope: 'read',
    documented: false,
    params,
    query: AlbumQuery,
    replies: { 200: 'text/html' },
    errors: ['not-found'],
    handle: async ({ caller, params: { id }, query }) => ({
      status: 200,
      html: await albumPage(deps, caller, id, query),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/albums/:id',
    summary: 'Does what the button `act` of a form says with an album or its photos.',
    access: 'user',
    scope: 'edit',
    documented: false,
    params,
    replies: { 303: null },
    errors: ['not-found'],
    async handle({ caller: { user }, params: { id }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { act } = parseInput(Act, { act: fields.get('act') });
      return ACTS[act](deps, { user, album: id, ids: photosIn(fields) }, fields);
    },
  }),
];

async function albumPage(
  deps: AlbumPageDeps,
  { user, handle }: Caller,
  id: AlbumId,
  { cursor, select, did, photos: concerned, notice, photo: noticed }: z.output<typeof AlbumQuery>,
): Promise<string> {
  const page = await readAlbumPhotos(deps, user, id, { limit: PAGE, cursor });
  const { album, next, prev } = page;
  const photos = presentAlbumItems(deps, user, page);
  const outcome = did && { did, photos: concerned };
  const view = isShared(album) ? await readAlbumView(deps, user, id) : ownView(album);
  const shown = createAlbumPresenter(deps, user)(view);
  return renderAlbum({ handle, album: shown, photos, next, prev, cursor, select, outcome, notice, noticed });
}

const Photos = z.object({
  photo: z.array(PhotoIdParam).max(MOST_IN_ADDRESS, `Choose at most ${MOST_IN_ADDRESS} photos at once.`),
});

const photosIn = (fields: URLSearchParams) => parseInput(Photos, { photo: fields.getAll('photo') }).photo;

interface Chosen {
  user: Caller['user'];
  album: AlbumId;
  ids: readonly PhotoId[];
}

type DoAct = (deps: AlbumPageDeps, chosen: Chosen, fields: URLSearchParams) => Promise<Reply>;
type ActName = 'edit' | 'delete' | 'add' | 'remove' | 'cover' | 'first' | 'last' | 'copy';

const ACTS: Record<ActName, DoAct> = {
  async edit(deps, { user, album: id }, fields) {
    const sent = { title: fields.get('title'), description: fields.get('description'), order: fields.get('order') };
    const texts = Object.entries(sent).map(([name, text]) => [name, text?.replaceAll('\r\n', '\n')]);
    await editAlbum(deps, { user, id }, parseInput(AlbumEdit, definedFields(Object.fromEntries(texts) as object)));
    return albumAfter(id, 'edited');
  },
  async delete(deps, { user, album: id }) {
    await deleteAlbum(deps, { user, id });
    return { status: 303, headers: { Location: '/albums?did=delete' } };
  },
  add: async (deps, chosen) => albumAfter(chosen.album, await addAll(deps, chosen)),
  async remove(deps, chosen) {
    if (chosen.ids.length === 0) return albumAfter(chosen.album, 'none');
    const own = await removeAll(deps, chosen, undefined);
    const theirs = await removeOthers(deps, { ...chosen, ids: chosen.ids.filter((id) => !own.includes(id)) });
    const isAll = own.length + theirs.length === chosen.ids.length;
    // Only the own photos can be put back.
    return albumAfter(chosen.album, isAll || own.length > 0 ? 'remove' : 'kept', own);
  },
  async copy(deps, chosen) {
    if (chosen.ids.length === 0) return albumAfter(chosen.album, 'none');
    const results: AlbumResult<string>[] = [];
    for (const ids of batchesOf(chosen.ids)) results.push(...(await startCopies(deps, { ...chosen, ids })));
    return albumAfter(chosen.album, results.every((result) => 'status' in result) ? 'copy' : 'copy-some');
  },
  async cover(deps, { user, album: id, ids: [cover] }) {
    if (cover === undefined) return albumAfter(id, 'none');
    await editAlbum(deps, { user, id }, { cover });
    return albumAfter(id, 'cover');
  },
  first: (deps, chosen) => move(deps, chosen, 'first'),
  last: (deps, chosen) => move(deps, chosen, 'last'),
};

const Act = z.object({ act: z.enum(Object.keys(ACTS) as [ActName, ...ActName[]]) });

async function removeAll(deps: AlbumPageDeps, chosen: Chosen, member: UserId | undefined): Promise<PhotoId[]> {
  const removed: PhotoId[] = [];
  for (const ids of batchesOf(chosen.ids)) {
    const results = await removePhotos(deps, { ...chosen, ids, member });
    removed.push(...results.flatMap((result) => ('id' in result && result.status === 'removed' ? [result.id] : [])));
  }
  return removed;
}

/** Takes photos of other people out of an own album: a form does not say whose photos they are. */
async function removeOthers(deps: AlbumPageDeps, chosen: Chosen): Promise<PhotoId[]> {
  if (chosen.ids.length === 0) return [];
  const { role, together } = await readAlbumView(deps, chosen.user, chosen.album);
  const others = role === 'owner' ? (together?.parts ?? []).filter(({ user }) => user !== chosen.user) : [];
  const removed: PhotoId[] = [];
  for (const { user } of others) removed.push(...(await removeAll(deps, chosen, user)));
  return removed;
}

async function addAll(deps: AlbumPageDeps, chosen: Chosen): Promise<AlbumDone> {
  if (chosen.ids.length === 0) return 'none';
  const results: AlbumResult<string>[] = [];
  for (const ids of batchesOf(chosen.ids)) results.push(...(await addPhotos(deps, { ...chosen, ids })));
  return results.every((result) => 'status' in result) ? 'add' : 'add-some';
}

async function move(deps: AlbumPageDeps, chosen: Chosen, to: 'first' | 'last'): Promise<Reply> {
  if (chosen.ids.length === 0) return albumAfter(chosen.album, 'none');
  // The last batch comes first at the start.
  const batches = to === 'first' ? batchesOf(chosen.ids).toReversed() : batchesOf(chosen.ids);
  for (const ids of batches) await addPhotos(deps, { ...chosen, ids }, to === 'first' ? null : LAST);
  return albumAfter(chosen.album, to);
}

function batchesOf(ids: readonly PhotoId[]): PhotoId[][] {
  const count = Math.ceil(ids.length / BATCH_LIMIT);
  return Array.from({ length: count }, (_, at) => ids.slice(at * BATCH_LIMIT, (at + 1) * BATCH_LIMIT));
}

function albumAfter(id: AlbumId, did: AlbumDone, photos: readonly string[] = []): Reply {
  const query = new URLSearchParams({ did, ...(photos.length > 0 && { photos: photos.join('.') }) });
  return { status: 303, headers: { Location: `/albums/${id}?${query.toString()}` } };
}
