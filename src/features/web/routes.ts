import { z } from 'zod';
import { ownPath } from '../accounts/own-path.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { activityRoute, type ActivityPageDeps } from './activity-route.ts';
import { assetRoutes } from './asset-routes.ts';
import { docsRoute, type DocsDeps } from './docs/docs-route.ts';
import { photoPageRoutes, type PhotoPageDeps } from './forms/photo-routes.ts';
import { selectionRoutes, type SelectionDeps } from './forms/selection-routes.ts';
import { settingsRoutes, type SettingsDeps } from './forms/settings-routes.ts';
import { unsubscribeRoutes } from './forms/unsubscribe-routes.ts';
import { uploadRoutes, type UploadFormDeps } from './forms/upload-routes.ts';
import { listRoutes, type ListDeps } from './list-routes.ts';
import { renderSignIn } from './pages/sign-in-page.ts';

interface WebDeps
  extends ActivityPageDeps, ListDeps, PhotoPageDeps, SelectionDeps, SettingsDeps, UploadFormDeps, DocsDeps {}

/** Routes of the pages, and of the files that they refer to. */
export const homeRoutes = (deps: WebDeps): Route[] => [
  ...listRoutes(deps),
  ...photoPageRoutes(deps),
  activityRoute(deps),
  ...selectionRoutes(deps),
  ...settingsRoutes(deps),
  signInRoute(deps),
  ...uploadRoutes(deps),
  ...unsubscribeRoutes(deps),
  docsRoute(deps),
  ...assetRoutes(),
];

const SignInQuery = z.looseObject({ returnTo: z.string().optional().catch(undefined) });

const signInRoute = ({ localSignIn, registrationOpen }: WebDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/sign-in',
    summary: 'The ways to sign in. A sign-in leads to the path `returnTo`.',
    access: 'optional',
    scope: 'read',
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
