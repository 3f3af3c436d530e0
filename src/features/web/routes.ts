import { z } from 'zod';
import { readActivity, type ActivityDeps } from '../activity/read-activity.ts';
import { ownPath } from '../accounts/own-path.ts';
import type { PublicTimeline } from '../accounts/public-timelines.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../http/route.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { uploadPhoto, type UploadDeps } from '../photos/upload-photo.ts';
import { Cursor } from '../../signing/cursor.ts';
import { readTimeline, type TimelineDeps } from '../timeline/read-timeline.ts';
import { assetRoutes } from './asset-routes.ts';
import { docsRoute, type DocsDeps } from './docs/docs-route.ts';
import { renderHome } from './pages/home-page.ts';
import { renderSignIn, type SignInWays } from './pages/sign-in-page.ts';
import { unsubscribeRoutes } from './forms/unsubscribe-routes.ts';
import { renderUploadPage } from './pages/upload-page.ts';

export interface WebDeps extends ActivityDeps, TimelineDeps, PresentDeps, UploadDeps, SignInWays, DocsDeps {
  publicTimelines(): Promise<PublicTimeline[]>;
}

/** Photos on the front page. */
const PAGE = 30;

const HomeQuery = z.looseObject({
  cursor: Cursor.optional(),
  // Links may have any parameters. An unknown value is ignored, not refused.
  notice: z.enum(['duplicate', 'restored']).optional().catch(undefined),
});

/** Routes of the pages, and of the files that they refer to. */
export const homeRoutes = (deps: WebDeps): Route[] => [
  homeRoute(deps),
  signInRoute(deps),
  ...uploadRoutes(deps),
  ...unsubscribeRoutes(deps),
  docsRoute(deps),
  ...assetRoutes(),
];

const homeRoute = (deps: WebDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/',
    summary: "The caller's newest photos, or how to sign in.",
    access: 'optional',
    documented: false,
    query: HomeQuery,
    replies: { 200: 'text/html' },
    handle: async ({ caller, query }) => ({ status: 200, html: await home(deps, caller, query) }),
  });

async function home(deps: WebDeps, caller: Caller | undefined, { cursor, notice }: z.output<typeof HomeQuery>) {
  const { localSignIn, registrationOpen } = deps;
  const ways = { localSignIn, registrationOpen };
  if (!caller) {
    const publicTimelines = await deps.publicTimelines();
    return renderHome({ caller, photos: [], next: null, prev: null, ...ways, publicTimelines });
  }
  const { photos, next, prev } = await readTimeline(deps, caller.user, { limit: PAGE, order: 'posted', cursor });
  const shown = photos.map(createPresenter(deps, caller.user, caller.handle));
  const activity = prev === null ? await readActivity(deps, caller.user) : undefined;
  return renderHome({ caller, photos: shown, next, prev, ...ways, notice, activity });
}

const SignInQuery = z.looseObject({ returnTo: z.string().optional().catch(undefined) });

const signInRoute = ({ localSignIn, registrationOpen }: WebDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/sign-in',
    summary: 'The ways to sign in. A sign-in leads to the path `returnTo`.',
    access: 'optional',
    documented: false,
    query: SignInQuery,
    replies: { 200: 'text/html' },
    handle: ({ caller, query }) => ({
      status: 200,
      html: renderSignIn({
        localSignIn,
        registrationOpen,
        returnTo: ownPath(query.returnTo),
        signedIn: caller?.handle,
      }),
    }),
  });

const uploadRoutes = (deps: WebDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/upload_photo',
    summary: 'A form that uploads a photo.',
    access: 'optional',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    handle: ({ caller }) => (caller ? { status: 200, html: renderUploadPage(caller) } : seeOther('/')),
  }),
  defineRoute({
    method: 'post',
    path: '/upload_photo',
    summary: 'Uploads a photo from a form and shows the timeline.',
    access: 'user',
    work: 'uploads',
    documented: false,
    replies: { 303: null },
    async handle({ caller, request }) {
      const { status } = await uploadPhoto(deps, caller.user, request, { allowDuplicates: false });
      return seeOther(status === 'created' ? '/' : `/?notice=${status}`);
    },
  }),
];

const seeOther = (Location: string): Reply => ({ status: 303, headers: { Location } });
