import { z } from 'zod';
import { requireUser } from '../../data/read/store.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { Cursor } from '../../signing/cursor.ts';
import { readActivity, type ActivityDeps } from '../activity/read-activity.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { readTimeline, type TimelineDeps } from '../timeline/read-timeline.ts';
import { renderActivity } from './pages/activity-page.ts';

export interface ActivityPageDeps extends ActivityDeps, TimelineDeps, PresentDeps {}

/** Uploads on a page. */
const PAGE = 100;

/** Links may have any parameters. An unknown value is ignored, not refused. */
const ActivityQuery = z.looseObject({ cursor: Cursor.optional() });

/**
 * The route of the page of what happened. Uploads are read from the photos themselves, because an account keeps its ten
 * latest events alone. The first page has the other events too.
 */
export const activityRoute = (deps: ActivityPageDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/activity',
    summary: 'What happened in the account: uploads by day, and the latest other events.',
    access: 'user',
    scope: 'read',
    documented: false,
    query: ActivityQuery,
    replies: { 200: 'text/html' },
    async handle({ caller: { user, handle }, query: { cursor } }) {
      const page = await readTimeline(deps, user, { limit: PAGE, order: 'posted', cursor });
      const { timeZone } = await requireUser(deps, user);
      const activity = page.prev === null ? await readActivity(deps, user) : { events: [], before: null };
      const named = activity.events.flatMap(({ photo }) => photo ?? []);
      const present = createPresenter(deps, user, handle);
      return {
        status: 200,
        html: renderActivity({
          handle,
          timeZone,
          activity,
          uploads: page.photos.map(present),
          named: (await deps.store.photos(user, [...new Set(named)])).map(present),
          next: page.next,
          prev: page.prev,
        }),
      };
    },
  });
