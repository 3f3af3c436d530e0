import { z } from 'zod';
import { defineRoute, type Caller, type Route } from '../../http/route.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { PhotoIdParam } from '../photos/schemas.ts';
import type { UploadDeps } from '../photos/upload-photo.ts';
import { Cursor } from '../../signing/cursor.ts';
import { shownMemories } from '../memories/memories-reply.ts';
import { MemoryDay } from '../memories/schemas.ts';
import { readDays } from '../timeline/page-reply.ts';
import { readTimeline, type TimelineDeps } from '../timeline/read-timeline.ts';
import { Period } from '../timeline/schemas.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import type { PublicTimeline } from '../accounts/public-timelines.ts';
import { dayIn } from './parts/dates.ts';
import { LISTS, type ListName, type PhotoList } from './parts/lists.ts';
import { NOTICE_NAMES } from './parts/notices.ts';
import { MOST_IN_ADDRESS, SELECTION_ACT_NAMES } from './parts/selection.ts';
import { renderList } from './pages/list-page.ts';
import type { SignInWays } from './pages/sign-in-page.ts';
import { renderWelcome } from './pages/welcome-page.ts';

export interface ListDeps extends TimelineDeps, PresentDeps, Omit<SignInWays, 'providers'> {
  signIns: SignIns;
  publicTimelines(): Promise<PublicTimeline[]>;
  limits: UploadDeps['limits'];
}

/** Photos on a page. */
const PAGE = 50;

/** Links may have any parameters. An unknown value is ignored, not refused. */
const ListQuery = z.looseObject({
  cursor: Cursor.optional(),
  from: Period.optional().catch(undefined),
  notice: z.enum(NOTICE_NAMES).optional().catch(undefined),
  hidden: MemoryDay.optional().catch(undefined),
  photo: PhotoIdParam.optional().catch(undefined),
  select: z
    .string()
    .regex(/^(all|none|\d{4}(-\d\d){0,2})$/)
    .optional()
    .catch(undefined),
  did: z
    .enum([...SELECTION_ACT_NAMES, 'none', 'no-shift', 'too-many', 'too-many-to-show', 'emptied', 'emptying'])
    .optional()
    .catch(undefined),
  photos: z
    .string()
    .transform((ids) => ids.split('.'))
    .pipe(z.array(PhotoIdParam).max(MOST_IN_ADDRESS))
    .catch([]),
  missed: z.coerce.number().int().min(0).catch(0),
  minutes: z.coerce.number().int().catch(0),
});
type ListQuery = z.output<typeof ListQuery>;

/** Routes of the timeline and of the other lists of the caller. */
export const listRoutes = (deps: ListDeps): Route[] => [
  frontRoute(deps),
  ...(['recent', 'favourites', 'archive', 'trash'] as const).map((list) => listRoute(deps, list)),
];

const frontRoute = (deps: ListDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/',
    summary: "The caller's timeline, or how to sign in.",
    access: 'optional',
    scope: 'read',
    documented: false,
    query: ListQuery,
    replies: { 200: 'text/html' },
    handle: async ({ caller, query }) => ({
      status: 200,
      html: caller ? await listPage(deps, caller, 'timeline', query) : await welcome(deps),
    }),
  });

const listRoute = (deps: ListDeps, list: ListName): Route =>
  defineRoute({
    method: 'get',
    path: LISTS[list].path,
    summary: `A list of the caller's photos: ${list}.`,
    access: 'user',
    scope: 'read',
    documented: false,
    query: ListQuery,
    replies: { 200: 'text/html' },
    handle: async ({ caller, query }) => ({ status: 200, html: await listPage(deps, caller, list, query) }),
  });

async function listPage(deps: ListDeps, { user, handle }: Caller, list: ListName, query: ListQuery): Promise<string> {
  const { order, favourite, archived }: PhotoList = LISTS[list];
  const { cursor, from, notice, hidden, photo: noticed, select, did, photos: concerned, missed, minutes } = query;
  const page = await readTimeline(deps, user, { limit: PAGE, order, favourite, archived, cursor, from });
  const { next, prev } = page;
  const isTimeline = list === 'timeline';
  const months = isTimeline ? (await readDays(deps, user)).months : undefined;
  const isStart = isTimeline && [cursor, from, select].every((part) => part === undefined);
  const memories = isStart ? await shownMemories(deps, user, dayIn(page.user.timeZone, deps.clock.now())) : [];
  const photos = page.photos.map(createPresenter(deps, user, handle));
  const outcome = did && { did, photos: concerned, missed, minutes };
  const now = list === 'trash' ? deps.clock.now() : undefined;
  const place = { list, cursor, from, select, now };
  const { maxUploadBytes } = deps.limits;
  const notices = { notice, noticed, outcome, hidden };
  return renderList({ ...place, ...notices, handle, photos, memories, next, prev, months, maxUploadBytes });
}

async function welcome({ localSignIn, registrationOpen, pairs, signIns, publicTimelines }: ListDeps): Promise<string> {
  const [providers, timelines] = await Promise.all([signIns.offered(), publicTimelines()]);
  return renderWelcome({ localSignIn, registrationOpen, pairs, providers, publicTimelines: timelines });
}
