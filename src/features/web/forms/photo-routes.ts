import { z } from 'zod';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { definedFields } from '../../../runtime/defined-fields.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Caller, type Route } from '../../../http/route.ts';
import { WORDS_FOR_PEOPLE, wordsForFields } from '../../../runtime/error-words.ts';
import { AppError } from '../../../runtime/errors.ts';
import { ID_PATTERN, type AlbumId, type PhotoId, type UserId } from '../../../runtime/ids.ts';
import { inTrash } from '../../../data/model/entity-kinds.ts';
import type { Photo } from '../../../data/model/records.ts';
import { editPhoto, restorePhoto, trashPhoto, turnPhoto, type EditDeps, type Target } from '../../photos/edit-photo.ts';
import { editForUndo, undoEdit } from '../../photos/edit-undo.ts';
import { createPresenter, type PresentDeps } from '../../photos/present.ts';
import { requirePhoto } from '../../photos/require-photo.ts';
import { PhotoEdit, PhotoIdParam } from '../../photos/schemas.ts';
import { readAlbumNeighbours } from '../../albums/read-albums.ts';
import { readNeighbours, type TimelineDeps } from '../../timeline/read-timeline.ts';
import { renderPhotoPage } from '../pages/photo-page.ts';
import {
  albumIn,
  LIST_NAMES,
  LISTS,
  photoHref,
  placeOf,
  type AnyList,
  type ListName,
  type PhotoList,
} from '../parts/lists.ts';
import { placeIn } from '../parts/places.ts';
import { NOTICE_NAMES, type Notice } from '../parts/notices.ts';

export interface PhotoPageDeps extends TimelineDeps, PresentDeps, EditDeps {}

const params = z.object({ id: PhotoIdParam });

/** Links may have any parameters. An unknown value is ignored, not refused. */
const PhotoQuery = z.looseObject({
  in: z
    .union([z.enum(LIST_NAMES), z.templateLiteral(['album.', z.string().regex(ID_PATTERN)])])
    .default('timeline')
    .catch('timeline'),
  notice: z.enum(NOTICE_NAMES).optional().catch(undefined),
});

/** Routes of the page of one photo and of its forms. */
export const photoPageRoutes = (deps: PhotoPageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/photo/:id',
    summary: 'The page of a photo.',
    access: 'user',
    scope: 'read',
    documented: false,
    params,
    query: PhotoQuery,
    replies: { 200: 'text/html' },
    handle: async ({ params: { id }, query, caller }) => ({
      status: 200,
      html: renderPhotoPage({ ...(await view(deps, caller, id, query.in)), notice: query.notice }),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/photo/:id',
    summary: 'Does what the button `act` of a form says with a photo, and shows its page or its list.',
    access: 'user',
    scope: 'person',
    documented: false,
    params,
    replies: { 200: 'text/html', 303: null },
    errors: ['not-found', 'gone'],
    async handle({ params: { id }, caller, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const act = parseInput(Act, { act: fields.get('act') }).act;
      const list = parseInput(PhotoQuery, { in: fields.get('in') ?? undefined }).in;
      try {
        await ACTS[act](deps, { user: caller.user, id, precondition: () => undefined }, fields);
        return { status: 303, headers: { Location: pageAfter(act, id, list) } };
      } catch (error) {
        if (act !== 'edit' || !(error instanceof AppError && error.code === 'invalid-request')) throw error;
        const fault = wordsForFields(error.errors).join(' ') || WORDS_FOR_PEOPLE[error.code];
        const page = await view(deps, caller, id, list);
        return { status: error.status, html: renderPhotoPage({ ...page, fault, typed: fields }) };
      }
    },
  }),
];

async function view(deps: PhotoPageDeps, { user, handle }: Caller, id: PhotoId, from: AnyList) {
  const photo = await requirePhoto(deps, user, id);
  const shown = createPresenter(deps, user, handle)(photo);
  const inAlbum = await albumView(deps, photo, from);
  if (inAlbum) return { ...inAlbum, handle, photo: shown };
  const list: ListName = inTrash(photo) ? 'trash' : albumIn(from) === undefined ? (from as ListName) : 'timeline';
  const { order, favourite, archived }: PhotoList = LISTS[list];
  const { newer, older } = await readNeighbours(deps, photo, { order, favourite, archived });
  return { list, handle, photo: shown, newer: newer?.id, older: older?.id };
}

/** The photos beside a photo in an album. Undefined if the photo does not stand in it. */
async function albumView(deps: PhotoPageDeps, photo: Photo, list: AnyList) {
  const album = albumIn(list) as AlbumId | undefined;
  const beside = album && (await readAlbumNeighbours(deps, photo, album));
  return beside && { list, newer: beside.before?.id, older: beside.after?.id };
}

/** Two texts of 4,096 characters, each of at most 9 bytes in a URL-encoded form, and short fields. */
const MAX_FORM_BYTES = 80_000;

type ActName = Exclude<Notice, 'duplicate' | 'restored' | 'edited'> | 'edit';
type DoAct = (deps: PhotoPageDeps, target: Target & { user: UserId }, fields: URLSearchParams) => Promise<unknown>;

const ACTS: Record<ActName, DoAct> = {
  edit: (deps, target, fields) => editForUndo(deps, target, editOf(fields)),
  'undo-edit': (deps, target) => undoEdit(deps, target),
  favourite: (deps, target) => editPhoto(deps, target, { favourite: true }),
  unfavourite: (deps, target) => editPhoto(deps, target, { favourite: false }),
  archive: (deps, target) => editPhoto(deps, target, { archived: true }),
  unarchive: (deps, target) => editPhoto(deps, target, { archived: false }),
  // From what stands when the change is made, so that a second click turns the photo further.
  'turn-left': (deps, target) => turnPhoto(deps, target, 270),
  'turn-right': (deps, target) => turnPhoto(deps, target, 90),
  trash: (deps, target) => trashPhoto(deps, target),
  restore: (deps, target) => restorePhoto(deps, target),
};

const Act = z.object({ act: z.enum(Object.keys(ACTS) as [ActName, ...ActName[]]) });

/** A time that the person did not change is not sent on, because the form drops its sub-seconds and its precision. */
function editOf(fields: URLSearchParams) {
  const text = (name: string) => fields.get(name)?.replaceAll('\r\n', '\n');
  const time = fields.get('takenAt') ?? undefined;
  const isSame = time === undefined || withSeconds(time) === fields.get('takenBefore');
  const takenAt = isSame ? undefined : time === '' ? null : `${time}${fields.get('offset') ?? ''}`;
  const tags = text('tags')
    ?.split('\n')
    .filter((line) => line.trim() !== '');
  const stars = fields.get('rating');
  const rating = stars === null ? undefined : stars === '' ? null : Number(stars);
  const edit = { caption: text('caption'), alt: text('alt'), takenAt, tags, rating, place: placeIn(fields) };
  return definedFields(parseInput(PhotoEdit, definedFields(edit)));
}

/** Browsers leave out seconds of `00`. */
const withSeconds = (time: string) => (time.length === 16 ? `${time}:00` : time);

/** A photo that was moved to the trash has left its list, so its list follows. */
function pageAfter(act: ActName, id: string, list: AnyList): string {
  const notice = act === 'edit' ? 'edited' : act;
  if (act === 'trash') return `${placeOf(list).path}?notice=trash&photo=${id}`;
  const href = photoHref(id, list === 'trash' ? 'timeline' : list);
  return `${href}${href.includes('?') ? '&' : '?'}notice=${notice}`;
}
