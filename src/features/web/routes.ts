import type { Route } from '../../http/route.ts';
import { activityRoute, type ActivityPageDeps } from './activity-route.ts';
import { assetRoutes } from './asset-routes.ts';
import { docsRoute, type DocsDeps } from './docs/docs-route.ts';
import { albumPageRoutes, type AlbumPageDeps } from './forms/album-routes.ts';
import { memoryFormRoute, type MemoryFormDeps } from './forms/memory-routes.ts';
import { memberPageRoutes, type MemberPageDeps } from './forms/member-routes.ts';
import { photoPageRoutes, type PhotoPageDeps } from './forms/photo-routes.ts';
import { selectionRoutes, type SelectionDeps } from './forms/selection-routes.ts';
import { settingsRoutes, type SettingsDeps } from './forms/settings-routes.ts';
import { sharePageRoutes, type SharePageDeps } from './forms/share-routes.ts';
import { unsubscribeRoutes } from './forms/unsubscribe-routes.ts';
import { uploadRoutes, type UploadFormDeps } from './forms/upload-routes.ts';
import { listRoutes, type ListDeps } from './list-routes.ts';
import { publicRoutes, type PublicPageDeps } from './public-routes.ts';
import { placePageRoutes } from './place-routes.ts';
import { searchRoute, type SearchPageDeps } from './search-route.ts';
import { signInRoutes, type SignInPageDeps } from './sign-in-routes.ts';

interface WebDeps
  extends
    ActivityPageDeps,
    AlbumPageDeps,
    ListDeps,
    MemberPageDeps,
    MemoryFormDeps,
    PhotoPageDeps,
    PublicPageDeps,
    SearchPageDeps,
    SelectionDeps,
    SettingsDeps,
    SharePageDeps,
    SignInPageDeps,
    UploadFormDeps,
    DocsDeps {}

/** Routes of the pages, and of the files that they refer to. */
export const homeRoutes = (deps: WebDeps): Route[] => [
  ...listRoutes(deps),
  memoryFormRoute(deps),
  ...photoPageRoutes(deps),
  ...albumPageRoutes(deps),
  ...publicRoutes(deps),
  ...placePageRoutes(deps),
  ...memberPageRoutes(deps),
  activityRoute(deps),
  searchRoute(deps),
  ...selectionRoutes(deps),
  ...settingsRoutes(deps),
  ...sharePageRoutes(deps),
  ...signInRoutes(deps),
  ...uploadRoutes(deps),
  ...unsubscribeRoutes(deps),
  docsRoute(deps),
  ...assetRoutes(),
];
