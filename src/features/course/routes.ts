import { z } from 'zod';
import { refusedToForeignPages } from '../accounts/request-origin.ts';
import { bodyTag } from '../../http/replies/conditional.ts';
import { defineRoute, type TokenlessAccess, type Route } from '../../http/route.ts';
import { absent } from '../../data/rules/erasure.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { LivingUsers } from '../../data/read/living-users.ts';
import type { Log } from '../../runtime/log.ts';
import { originalReply, type OriginalDeps } from '../photos/original-reply.ts';
import { createStrangersPresenter, type PresentDeps } from '../photos/present.ts';
import { requirePhoto } from '../photos/require-photo.ts';
import type { SharedPhoto } from '../photos/schemas.ts';
import { Cursor } from '../../signing/cursor.ts';
import { readTimeline, type TimelineDeps, type TimelinePage } from '../timeline/read-timeline.ts';
import { renderUserPage } from '../web/pages/user-page.ts';
import { bodyText } from './body-text.ts';
import { counterRoutes, signedInUnless, type CounterDeps } from './counter-routes.ts';
import { DEFERRED, readCounter, TASK_QUEUE } from './counter.ts';
import { post, type PostingDeps } from './posting.ts';
import { latestTasks, recordTask, type TaskLogDeps } from './task-log.ts';
import type { Readable } from './course-identity.ts';

interface CourseDeps extends PostingDeps, OriginalDeps, TimelineDeps, PresentDeps, TaskLogDeps, CounterDeps {
  log: Log;
  limits: PostingDeps['limits'] & OriginalDeps['limits'];
  profile: 'local' | 'google';
  livingUsers: Pick<LivingUsers, 'isLiving'>;
}

/** Photos on a page. The teaching sample's own curl loop posts as many. */
const PHOTOS_PER_PAGE = 100;

const LOGGED_CHARACTERS = 1000;

const UserParams = z.object({ user: z.string() });
const PageQuery = z.object({ cursor: Cursor.optional() });

/** `<user>.<photo>`: the key of a photo in these routes. */
const ImageKey = z
  .string()
  .regex(/^[0-9A-Za-z]{16}\.[0-9A-Za-z]{16}$/)
  .transform((key) => ({ user: key.slice(0, 16) as UserId, photo: key.slice(17) as PhotoId }));

/** The routes of the teaching sample that this service grew from. They call the same use cases as the API. */
export function courseRoutes(deps: CourseDeps): Route[] {
  // In the local profile they can be tried by hand. Elsewhere only Cloud Tasks and cron may call them.
  const platform: TokenlessAccess = deps.open ? 'public' : 'platform';
  const changing = [...taskRoutes(deps, platform), ...(deps.open ? [loggingRoute(deps)] : [])];
  return [
    ...timelineRoutes(deps),
    stateRoute(deps),
    ...counterRoutes(deps, platform),
    ...changing.map((route) => refusedToForeignPages(route, !deps.open)),
  ];
}

const timelineRoutes = (deps: CourseDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/post/:user/',
    summary: 'Posts a photo from a form.',
    access: 'public',
    work: 'uploads',
    documented: false,
    params: UserParams,
    replies: { 303: null },
    handle: ({ request, params }) => post(deps, request, params.user),
  }),
  timelineRoute(deps, {
    path: '/user/:user/json/',
    summary: 'A timeline as in the teaching sample, newest first.',
    type: 'application/json',
    show: ({ owner }, photos, { next }) => ({
      body: { results: photos.map((photo) => entryOf(owner.user, photo)), cursor: next },
    }),
  }),
  timelineRoute(deps, {
    path: '/user/:user/web/',
    summary: 'A timeline as a page.',
    type: 'text/html',
    show: ({ owner, mayPost }, photos, { next, prev }) => ({
      html: renderUserPage({ handle: owner.handle, photos, next, prev, canPost: mayPost && prev === null }),
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/image/:key/',
    summary: 'The picture of a timeline entry.',
    access: 'optional',
    scope: 'read',
    countsAs: 'pictures',
    documented: false,
    params: z.object({ key: ImageKey }),
    replies: { 200: 'image/*' },
    async handle({ params: { key }, caller, request }) {
      if (!deps.open && caller?.user !== key.user) throw absent(undefined);
      if (!(await deps.livingUsers.isLiving(key.user))) throw absent(undefined);
      const photo = await requirePhoto(deps, key.user, key.photo);
      // Pages show it, so it is not sent as a download. The sandbox of all media stays.
      return originalReply(deps, request, { photo, signed: false, inline: true });
    },
  }),
];

interface TimelineView {
  path: string;
  summary: string;
  type: string;
  show(
    timeline: Readable,
    photos: SharedPhoto[],
    page: Pick<TimelinePage, 'next' | 'prev'>,
  ): { body: unknown } | { html: string };
}

/**
 * Defines a route that shows a page of a user's timeline in the order of posting. Strangers read it, so it shows only
 * what strangers may see, also to its owner.
 */
const timelineRoute = (deps: CourseDeps, { path, summary, type, show }: TimelineView): Route =>
  defineRoute({
    method: 'get',
    path,
    summary,
    // In the local profile everyone may read.
    scope: 'read',
    access: deps.open ? 'public' : 'optional',
    documented: false,
    params: UserParams,
    query: PageQuery,
    replies: { 200: type },
    async handle({ caller, params, query }) {
      const timeline = await deps.whose.reader(caller, params.user);
      const { user, handle } = timeline.owner;
      const page = await readTimeline(deps, user, { limit: PHOTOS_PER_PAGE, order: 'posted', cursor: query.cursor });
      const shown = show(timeline, page.photos.map(createStrangersPresenter(deps, user, handle)), page);
      return { status: 200, etag: bodyTag(shown), headers: { 'Cache-Control': 'private, no-cache' }, ...shown };
    },
  });

const entryOf = (user: UserId, { id, owner, caption, postedAt }: SharedPhoto) => ({
  image_url: `image/${user}.${id}/`,
  caption,
  user: owner,
  date: postedAt,
});

const taskRoutes = (deps: CourseDeps, platform: TokenlessAccess): Route[] => [
  defineRoute({
    method: 'post',
    path: '/example_task_handler',
    summary: 'Records a call by Cloud Tasks.',
    access: platform,
    documented: false,
    replies: { 200: 'text/plain' },
    async handle({ request }) {
      const payload = (await bodyText(request)) || '(empty payload)';
      deps.log.info(`Received task with payload: ${payload.slice(0, LOGGED_CHARACTERS)}`);
      await recordTask(deps, 'cloud task');
      return { status: 200, text: `Printed task payload: ${payload}` };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/cron_task_handler',
    summary: 'Records a call by cron.',
    access: platform,
    documented: false,
    replies: { 200: 'text/plain' },
    async handle() {
      await recordTask(deps, 'cron');
      return { status: 200, text: 'Ran cron task' };
    },
  }),
];

const stateRoute = (deps: CourseDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/data',
    summary: "The service's state.",
    access: signedInUnless(deps.open),
    scope: 'read',
    documented: false,
    replies: { 200: 'application/json' },
    handle: async () => ({
      status: 200,
      body: {
        profile: deps.profile,
        time: new Date(deps.clock.now()).toISOString(),
        counters: {
          deferred: await readCounter(deps.datastore, DEFERRED),
          taskQueue: await readCounter(deps.datastore, TASK_QUEUE),
        },
        tasks: await latestTasks(deps, 10),
      },
    }),
  });

const loggingRoute = ({ log }: CourseDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/logging/',
    summary: 'Writes one log line per severity.',
    access: 'public',
    documented: false,
    replies: { 200: 'text/plain' },
    handle() {
      for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const)
        log[level](`A line of severity ${level}.`);
      return { status: 200, text: 'Wrote one line per severity to the log.\n' };
    },
  });
