import { activityRoutes } from '../features/activity/routes.ts';
import { followPhoto } from '../features/albums/follow-photo.ts';
import { memberRoutes } from '../features/albums/members/routes.ts';
import { albumRoutes } from '../features/albums/routes.ts';
import { auditRoutes } from '../features/audit/routes.ts';
import { changeRoutes } from '../features/changes/routes.ts';
import type { Core } from './core.ts';
import { exportRoutes } from '../features/export/routes.ts';
import { importRoutes } from '../features/import/routes.ts';
import { mailNewPosts } from '../features/mail-summaries/posts-window.ts';
import { forgetEdits } from '../features/photos/edit-undo.ts';
import { memoryRoutes } from '../features/memories/routes.ts';
import { followPlaces } from '../features/places/follow-places.ts';
import { placeRoutes } from '../features/places/routes.ts';
import { photoRoutes } from '../features/photos/routes.ts';
import { followTitle } from '../features/search/follow-title.ts';
import { followWords } from '../features/search/follow-words.ts';
import { searchRoutes } from '../features/search/routes.ts';
import { shareRoutes } from '../features/shares/routes.ts';
import { timelineRoutes } from '../features/timeline/routes.ts';
import { tokenRoutes } from '../features/tokens/routes.ts';
import { trashRoutes } from '../features/trash/routes.ts';
import { grantRoutes } from '../features/upload-grants/routes.ts';
import { uploadRoutes } from '../features/uploads/routes.ts';
import type { ChangeRules } from '../data/rules/change.ts';
import type { Route } from '../http/route.ts';

/** What a feature adds: routes of the API, and rules that run inside the changes of other features. */
interface Feature extends ChangeRules {
  routes?(core: Core): Route[];
}

/** The features that need nothing but the core, in the order in which the API describes them. */
export const FEATURES: readonly Feature[] = [
  { routes: photoRoutes, onPhotosErased: forgetEdits },
  { routes: uploadRoutes },
  { routes: grantRoutes },
  { routes: (core) => timelineRoutes({ ...core, findForStranger: core.accounts.findForStranger }) },
  { routes: memoryRoutes },
  { routes: placeRoutes, onPhotoChanged: followPlaces },
  { routes: albumRoutes, onPhotoChanged: followPhoto },
  { routes: searchRoutes, onPhotoChanged: followWords, onAlbumNamed: followTitle },
  { routes: memberRoutes },
  { routes: shareRoutes },
  { routes: changeRoutes },
  { routes: exportRoutes },
  { routes: importRoutes },
  { routes: trashRoutes },
  { routes: activityRoutes },
  { routes: auditRoutes },
  { routes: tokenRoutes },
  { onPhotoAdded: mailNewPosts },
];
