import { z } from 'zod';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { presentProblem } from '../../../http/replies/problem.ts';
import { defineRoute, type Reply, type Route } from '../../../http/route.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { PhotoId, UserId } from '../../../runtime/ids.ts';
import { inTrash } from '../../../data/model/entity-kinds.ts';
import type { Photo } from '../../../data/model/records.ts';
import type { Store } from '../../../data/read/store.ts';
import { BATCH_LIMIT } from '../../photos/batch-schemas.ts';
import { editPhotos, restorePhotos, shiftPhotos, trashPhotos, type EditResult } from '../../photos/edit-batch.ts';
import type { EditDeps } from '../../photos/edit-photo.ts';
import { PhotoIdParam } from '../../photos/schemas.ts';
import { emptyTrashStep, eraseTrashed } from '../../trash/erase-photos.ts';
import { readTimeline, type TimelineDeps } from '../../timeline/read-timeline.ts';
import { renderOutcome } from '../pages/outcome-page.ts';
import { dayOf, knownDay } from '../parts/dates.ts';
import { LIST_NAMES, LISTS, type ListName, type PhotoList } from '../parts/lists.ts';
import {
  MOST_IN_ADDRESS,
  MOST_SELECTED,
  SELECTION_ACT_NAMES,
  TO_ALBUM,
  TO_SHARE,
  type ListPlace,
  type Outcome,
  type SelectionAct,
} from '../parts/selection.ts';

export interface SelectionDeps extends EditDeps, TimelineDeps {
  store: Store;
  clock: Clock;
}

/** Routes of the forms that act on several photos. */
export const selectionRoutes = (deps: SelectionDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/photos',
    summary: 'Does what the button `act` of a form says with the selected photos, and shows their list.',
    access: 'user',
    scope: 'person',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    async handle({ caller: { user, handle }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const place = parseInput(Place, Object.fromEntries(fields));
      const page = PAGES_FOR_PHOTOS[fields.get('act') ?? ''];
      if (page) return pageFor(page, place, await chosenIn(deps, user, place.list, fields));
      const outcome = await actOnPhotos(deps, user, place.list, fields);
      if (outcome.photos.length <= MOST_IN_ADDRESS) return listAfter(place, outcome);
      return { status: 200, html: renderOutcome(outcome, place, handle) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/trash',
    summary: 'Empties the trash, from a form.',
    access: 'user',
    scope: 'person',
    documented: false,
    replies: { 303: null },
    async handle({ caller: { user } }) {
      const isEmpty = await emptyTrashStep(deps, { user, until: deps.clock.now() });
      return listAfter({ list: 'trash' }, { ...NOTHING, did: isEmpty ? 'emptied' : 'emptying' });
    },
  }),
];

/** A form of some 10,000 photos: it is read, and then refused with the number that is allowed. */
const MAX_FORM_BYTES = 262_144;

const Place = z
  .looseObject({
    in: z.enum(LIST_NAMES).catch('timeline'),
    cursor: z.string().optional().catch(undefined),
    from: z.string().optional().catch(undefined),
  })
  .transform(({ in: list, cursor, from }) => ({ list, cursor, from }));

const Chosen = z.object({ ids: z.array(PhotoIdParam), days: z.array(z.iso.date()).max(20) });

const Form = Chosen.extend({ act: z.enum(SELECTION_ACT_NAMES) });

const Amount = z.coerce.number().int().min(-99_999_999).max(99_999_999).catch(0);

const NOTHING = { photos: [], missed: 0, minutes: 0 };

async function actOnPhotos(
  deps: SelectionDeps,
  user: UserId,
  list: ListName,
  fields: URLSearchParams,
): Promise<Outcome> {
  const form = { act: fields.get('act'), ids: fields.getAll('photo'), days: fields.getAll('day') };
  const { act, ids: chosen, days } = parseInput(Form, form);
  const minutes = act === 'shift' ? minutesIn(fields) : 0;
  const ids = await withWholeDays(deps, user, { list, days, chosen });
  if (ids.length === 0) return { ...NOTHING, did: 'none' };
  if (ids.length > MOST_SELECTED) return { ...NOTHING, did: 'too-many' };
  if (act === 'shift' && minutes === 0) return { ...NOTHING, did: 'no-shift' };
  const found = await deps.store.photos(user, ids);
  // A photo that already is as the act makes it stays as it is when the act is undone.
  const concerned = found.filter(CONCERNS[act]);
  const changed: PhotoId[] = [];
  for (let at = 0; at < concerned.length; at += BATCH_LIMIT) {
    const batch = concerned.slice(at, at + BATCH_LIMIT);
    const results = await ACTS[act](deps, user, batch, minutes);
    changed.push(...batch.filter((_, index) => results[index] && 'photo' in results[index]).map(({ id }) => id));
  }
  return { did: act, photos: changed, missed: ids.length - found.length + concerned.length - changed.length, minutes };
}

/** The pages to which buttons lead with the selected photos. */
const PAGES_FOR_PHOTOS: Record<string, string> = { [TO_ALBUM]: '/albums', [TO_SHARE]: '/shares' };

/** The address of the page names the photos. */
function pageFor(page: string, place: ListPlace, ids: readonly PhotoId[]): Reply {
  if (ids.length === 0) return listAfter(place, { ...NOTHING, did: 'none' });
  if (ids.length > MOST_IN_ADDRESS) return listAfter(place, { ...NOTHING, did: 'too-many-to-show' });
  return { status: 303, headers: { Location: `${page}?photos=${ids.join('.')}` } };
}

function chosenIn(deps: SelectionDeps, user: UserId, list: ListName, fields: URLSearchParams): Promise<PhotoId[]> {
  const { ids: chosen, days } = parseInput(Chosen, { ids: fields.getAll('photo'), days: fields.getAll('day') });
  return withWholeDays(deps, user, { list, days, chosen });
}

/** The chosen photos, and all photos of the chosen days, on whichever page of the list they stand. */
async function withWholeDays(
  deps: SelectionDeps,
  user: UserId,
  { list, days, chosen }: { list: ListName; days: readonly string[]; chosen: readonly PhotoId[] },
): Promise<PhotoId[]> {
  const ids = new Set(chosen);
  for (const day of days) {
    for await (const id of idsOfDay(deps, user, list, day)) {
      if (ids.size > MOST_SELECTED) return [...ids];
      ids.add(id);
    }
  }
  return [...ids];
}

/** Yields the photos that stand under the heading of a day. A photo whose day is not known stands under its month. */
async function* idsOfDay(deps: SelectionDeps, user: UserId, list: ListName, day: string): AsyncGenerator<PhotoId> {
  const { order, favourite, archived }: PhotoList = LISTS[list];
  const query = { limit: BATCH_LIMIT, order, favourite, archived };
  let page = await readTimeline(deps, user, { ...query, from: day });
  for (;;) {
    for (const photo of page.photos) {
      if (DAY_OF[order](photo) !== day) return;
      if (order !== 'taken' || knownDay(photo.takenAt) === day) yield photo.id;
    }
    if (page.next === null) return;
    page = await readTimeline(deps, user, { ...query, cursor: page.next });
  }
}

const DAY_OF: Record<PhotoList['order'], (photo: Photo) => string> = {
  taken: ({ takenAt }) => dayOf(takenAt.local),
  posted: ({ postedAt }) => dayOf(new Date(postedAt).toISOString()),
  trashed: ({ trashedAt, postedAt }) => dayOf(new Date(trashedAt ?? postedAt).toISOString()),
};

function minutesIn(fields: URLSearchParams): number {
  const of = (unit: string) => Amount.parse(fields.get(unit) ?? 0);
  const minutes = of('minutes') + 60 * (of('hours') + 24 * of('days'));
  return fields.get('direction') === 'earlier' ? -minutes : minutes;
}

const CONCERNS: Record<SelectionAct, (photo: Photo) => boolean> = {
  favourite: ({ favourite }) => !favourite,
  unfavourite: ({ favourite }) => favourite,
  archive: ({ archived }) => !archived,
  unarchive: ({ archived }) => archived,
  trash: (photo) => !inTrash(photo),
  restore: inTrash,
  shift: () => true,
  erase: () => true,
};

type DoAct = (deps: SelectionDeps, user: UserId, photos: Photo[], minutes: number) => Promise<EditResult[]>;

const ACTS: Record<SelectionAct, DoAct> = {
  favourite: (deps, user, photos) => setAll(deps, user, photos, { favourite: true }),
  unfavourite: (deps, user, photos) => setAll(deps, user, photos, { favourite: false }),
  archive: (deps, user, photos) => setAll(deps, user, photos, { archived: true }),
  unarchive: (deps, user, photos) => setAll(deps, user, photos, { archived: false }),
  trash: trashPhotos,
  restore: restorePhotos,
  shift: shiftPhotos,
  erase: eraseAll,
};

const setAll = (
  deps: SelectionDeps,
  user: UserId,
  photos: Photo[],
  edit: { favourite?: boolean; archived?: boolean },
) =>
  editPhotos(
    deps,
    user,
    photos.map(({ id }) => ({ id, edit })),
    { present: () => undefined, tagOf: () => '' },
  );

/** The commits of several photos are made together by the group commit. */
function eraseAll(deps: SelectionDeps, user: UserId, photos: Photo[]): Promise<EditResult[]> {
  return Promise.all(photos.map((photo) => erased(deps, user, photo)));
}

async function erased(deps: SelectionDeps, user: UserId, photo: Photo): Promise<EditResult> {
  try {
    await eraseTrashed(deps, { user, id: photo.id, precondition: () => undefined });
    return { photo };
  } catch (error) {
    if (error instanceof AppError) return { problem: presentProblem(error) };
    throw error;
  }
}

/** The address tells what was done, so that the page can offer to undo it. 50 ids take less than 1,000 characters. */
function listAfter({ list, cursor, from }: ListPlace, { did, photos, missed, minutes }: Outcome): Reply {
  const query = new URLSearchParams({
    ...(cursor !== undefined && { cursor }),
    ...(from !== undefined && { from }),
    did,
    ...(photos.length > 0 && { photos: photos.join('.') }),
    ...(missed > 0 && { missed: String(missed) }),
    ...(minutes !== 0 && { minutes: String(minutes) }),
  });
  return { status: 303, headers: { Location: `${LISTS[list].path}?${query.toString()}` } };
}
