import { clientFiles } from '../../src/features/web/client-files.ts';
import type { NeededScope } from '../../src/http/scopes.ts';
import type { CallerName } from './callers.ts';
import { formCall, jsonCall, TINY_JPEG, type Owner, type Things } from './google-world.ts';

/**
 * Who may call a route in profile `google`:
 * - `anyone`: every caller gets the same, and credentials are not looked at.
 * - `optional`: without credentials the caller is a guest; credentials that are no good are refused.
 * - `user`: a signed-in user, about things of that user.
 * - `owner`: as `user`; the thing of another user is answered like one that has never been.
 * - `platform`: Cloud Tasks and cron. For every other caller the address does not exist.
 */
export type Who = 'anyone' | 'optional' | 'user' | 'owner' | 'platform';

/** What the matrix sends to a route, and who may. */
export interface RouteLine {
  who: Who;
  /** The scope that a personal token needs. `person`: no token may. Where credentials are looked at, each line has one. */
  scope?: NeededScope;
  /** The status of a caller who may. */
  ok: number;
  /** The address has a secret, which opens it for every user who has it. */
  secret?: true;
  /** Tells two lines of one route apart. */
  note?: string;
  /** The address; by default that of the route, which then has no parameters. */
  path?: (things: Things & Partial<Owner>) => string;
  /** Body and its headers. */
  body?: (
    things: Things,
    own: { token: string | undefined },
  ) => { headers: Record<string, string>; body: string | Buffer };
  /** Callers for whom this route answers otherwise than its `who` says, with the reason beside the line. */
  but?: Partial<Record<CallerName, number>>;
}

const file = { name: 'image', fileName: 'a.jpg', content: TINY_JPEG };

const json = (make: (things: Things) => unknown) => (things: Things) => jsonCall(make(things));
const form = () => formCall([{ name: 'caption', content: 'x' }, file]);
const picture = () => ({ headers: { 'Content-Type': 'image/jpeg' }, body: TINY_JPEG });
const plainForm = (body: string) => () => ({
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body,
});
const photo = ({ photo: id }: Things) => `/v1/photos/${id}`;
const page = ({ photo: id }: Things) => `/photo/${id}`;
const album = ({ album: id }: Things) => `/v1/albums/${id}`;
const albumPage = ({ album: id }: Things) => `/albums/${id}`;
const share = ({ share: id }: Things) => `/v1/shares/${id}`;
const shared = ({ shareToken }: Things) => `/v1/shared/${shareToken}`;
const guests = ({ shareToken }: Things) => `/s/${shareToken}`;
const upload = ({ upload: id }: Things) => `/v1/uploads/${id}`;

/** Members of the album see it, too. */
const ALSO_MEMBERS = { viewer: 200, contributor: 200 };

/** Members of the album are told that only its owner may do this. */
const NOT_MEMBERS = { viewer: 403, contributor: 403 };

/** A page of another origin that uses the cookie may not do this, though it is a GET: it changes something. */
const NOT_FROM_A_FOREIGN_PAGE = { 'foreign page': 403 };

/**
 * One line, or several, for each route of the app: its method and path as Express writes them. A new route needs its
 * line here before the matrix passes.
 */
export const LINES: Record<string, RouteLine | RouteLine[]> = {
  // The API
  'POST /v1/photos': { who: 'user', scope: 'upload', ok: 201, body: form },
  'POST /v1/photos/check': { who: 'user', scope: 'upload', ok: 200, body: json(() => ({ sha256: ['ab'.repeat(32)] })) },
  'GET /v1/photos/:id': { who: 'owner', scope: 'read', ok: 200, path: photo },
  'PATCH /v1/photos/:id': {
    who: 'owner',
    scope: 'edit',
    ok: 200,
    path: photo,
    body: json(() => ({ caption: 'Changed' })),
  },
  'DELETE /v1/photos/:id': { who: 'owner', scope: 'delete', ok: 204, path: photo },
  'POST /v1/photos/:id/restore': {
    who: 'owner',
    scope: 'edit',
    ok: 200,
    path: ({ trashed }) => `/v1/photos/${trashed}/restore`,
  },
  'POST /v1/photos/:id/retry': { who: 'owner', scope: 'edit', ok: 202, path: (things) => `${photo(things)}/retry` },
  'GET /v1/photos/:id/image/:size': [
    { who: 'owner', scope: 'read', ok: 200, note: 'without a token', path: (things) => `${photo(things)}/image/thumb` },
    { who: 'owner', scope: 'read', ok: 200, note: 'the original', path: (things) => `${photo(things)}/image/original` },
    { who: 'anyone', ok: 200, note: 'by its signed URL', path: ({ thumb = '' }) => thumb },
  ],
  'PATCH /v1/photos/batch': {
    who: 'user',
    scope: 'edit',
    ok: 200,
    body: json((things) => ({ items: [{ id: things.photo, caption: 'Changed' }] })),
  },
  'POST /v1/photos/batch/trash': {
    who: 'user',
    scope: 'delete',
    ok: 200,
    body: json((things) => ({ ids: [things.photo] })),
  },
  'POST /v1/photos/batch': {
    who: 'user',
    scope: 'upload',
    ok: 200,
    body: json((things) => ({ items: [{ upload: things.upload }] })),
  },
  'POST /v1/uploads': {
    who: 'user',
    scope: 'upload',
    ok: 201,
    body: json(() => ({ bytes: 1000, type: 'image/jpeg', sha256: 'cd'.repeat(32) })),
  },
  'POST /v1/upload-grants': { who: 'user', scope: 'upload', ok: 201, body: json(() => ({ count: 2 })) },
  'PUT /v1/photos/by-grant/:grant': [
    {
      who: 'anyone',
      ok: 201,
      note: 'a grant',
      path: ({ grant }) => `/v1/photos/by-grant/${grant}`,
      body: picture,
      // They have other grants of the same account, which has these bytes by then.
      but: { 'own page': 200, 'token with all scopes': 200 },
    },
    {
      who: 'anyone',
      ok: 404,
      note: 'a forged grant',
      path: ({ user }) => `/v1/photos/by-grant/${user}`,
      body: picture,
    },
  ],
  'GET /v1/uploads': { who: 'user', scope: 'upload', ok: 200 },
  'GET /v1/uploads/:id': { who: 'owner', scope: 'upload', ok: 200, path: upload },
  'DELETE /v1/uploads/:id': { who: 'owner', scope: 'upload', ok: 204, path: upload },
  'GET /v1/timeline': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/timeline/days': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/memories': { who: 'user', scope: 'read', ok: 200, path: () => '/v1/memories?date=2026-11-29' },
  'GET /v1/memories/hidden': { who: 'user', scope: 'read', ok: 200 },
  'POST /v1/memories/hidden': { who: 'user', scope: 'edit', ok: 204, body: json(() => ({ date: '2019-11-29' })) },
  'DELETE /v1/memories/hidden/:date': {
    who: 'user',
    scope: 'edit',
    ok: 204,
    path: () => '/v1/memories/hidden/2019-11-29',
  },
  'GET /v1/places': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/places/photos': { who: 'user', scope: 'read', ok: 200, path: () => '/v1/places/photos?place=germany' },
  'GET /v1/users/:handle/timeline': [
    { who: 'anyone', ok: 200, note: 'public', path: () => '/v1/users/public/timeline' },
    {
      who: 'anyone',
      ok: 404,
      note: 'private',
      path: ({ handle }) => `/v1/users/${handle}/timeline`,
    },
  ],
  'GET /v1/search': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/search/suggest': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/tags': { who: 'user', scope: 'read', ok: 200 },
  'POST /v1/albums': { who: 'user', scope: 'edit', ok: 201, body: json(() => ({ title: 'Harbour' })) },
  'GET /v1/albums': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/albums/:id': { who: 'owner', scope: 'read', ok: 200, path: album, but: ALSO_MEMBERS },
  'PATCH /v1/albums/:id': {
    who: 'owner',
    scope: 'edit',
    ok: 200,
    path: album,
    body: json(() => ({ title: 'Changed' })),
    but: NOT_MEMBERS,
  },
  'DELETE /v1/albums/:id': { who: 'owner', scope: 'delete', ok: 204, path: album, but: NOT_MEMBERS },
  'GET /v1/albums/:id/photos': {
    who: 'owner',
    scope: 'read',
    ok: 200,
    path: (things) => `${album(things)}/photos`,
    but: ALSO_MEMBERS,
  },
  'POST /v1/albums/:id/photos': {
    who: 'owner',
    scope: 'edit',
    ok: 200,
    path: (things) => `${album(things)}/photos`,
    body: json((things) => ({ ids: [things.photo] })),
    // The contributor is told that this is no photo of the contributor's own.
    but: { viewer: 403, contributor: 200 },
  },
  'POST /v1/albums/:id/photos/remove': [
    {
      who: 'owner',
      scope: 'edit',
      ok: 200,
      note: 'own photos',
      path: (things) => `${album(things)}/photos/remove`,
      body: json((things) => ({ ids: [things.photo] })),
      but: ALSO_MEMBERS,
    },
    {
      who: 'owner',
      scope: 'edit',
      ok: 404,
      note: 'photos of a user who is no member',
      path: (things) => `${album(things)}/photos/remove`,
      body: json((things) => ({ ids: [things.photo], member: things.invited })),
      but: NOT_MEMBERS,
    },
  ],
  'POST /v1/albums/:id/photos/copy': {
    who: 'owner',
    scope: 'upload',
    ok: 202,
    path: (things) => `${album(things)}/photos/copy`,
    body: json((things) => ({ ids: [things.photo] })),
    but: { viewer: 202, contributor: 202 },
  },
  'POST /v1/albums/:id/members': {
    who: 'owner',
    scope: 'person',
    ok: 201,
    path: (things) => `${album(things)}/members`,
    body: json(() => ({ role: 'viewer' })),
    but: NOT_MEMBERS,
  },
  'GET /v1/albums/:id/members': {
    who: 'owner',
    scope: 'read',
    ok: 200,
    path: (things) => `${album(things)}/members`,
    but: ALSO_MEMBERS,
  },
  'DELETE /v1/albums/:id/members/:user': {
    who: 'owner',
    scope: 'person',
    ok: 204,
    path: (things) => `${album(things)}/members/${things.invited}`,
    but: NOT_MEMBERS,
  },
  'DELETE /v1/albums/:id/invitations/:invitation': {
    who: 'owner',
    scope: 'person',
    ok: 204,
    path: (things) => `${album(things)}/invitations/${things.invitation}`,
    but: NOT_MEMBERS,
  },
  'GET /v1/invitations': { who: 'user', scope: 'person', ok: 200 },
  'GET /v1/invitations/:token': {
    who: 'user',
    scope: 'person',
    ok: 200,
    path: ({ link }) => `/v1/invitations/${link}`,
  },
  'POST /v1/invitations/:token': {
    who: 'user',
    scope: 'person',
    ok: 200,
    path: ({ link }) => `/v1/invitations/${link}`,
  },
  // A link is not declined: its owner ends it.
  'DELETE /v1/invitations/:token': {
    who: 'user',
    scope: 'person',
    ok: 404,
    path: ({ link }) => `/v1/invitations/${link}`,
  },
  'POST /v1/shares': {
    who: 'user',
    scope: 'share',
    ok: 201,
    body: json((things) => ({ photos: [things.photo] })),
    // The photo of another user is one fault among the fields.
    but: { viewer: 400, contributor: 400, 'other user': 400 },
  },
  'GET /v1/shares': { who: 'user', scope: 'share', ok: 200 },
  'PATCH /v1/shares/:id': {
    who: 'owner',
    scope: 'share',
    ok: 200,
    path: share,
    body: json(() => ({ title: 'Changed' })),
  },
  'DELETE /v1/shares/:id': { who: 'owner', scope: 'share', ok: 204, path: share },
  'GET /v1/shared/:token': { who: 'anyone', ok: 200, path: shared },
  'GET /v1/shared/:token/photos': { who: 'anyone', ok: 200, path: (things) => `${shared(things)}/photos` },
  'POST /v1/shared/:token/photos': {
    who: 'anyone',
    ok: 403,
    note: 'without the right',
    path: (things) => `${shared(things)}/photos`,
    body: form,
  },
  'POST /v1/shared/:token/unlock': {
    who: 'anyone',
    ok: 200,
    path: (things) => `${shared(things)}/unlock`,
    body: json(() => ({ password: 'sesame' })),
  },
  'GET /v1/changes': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/export': { who: 'user', scope: 'export', ok: 200 },
  'POST /v1/import': {
    who: 'user',
    scope: 'edit',
    ok: 200,
    body: () => ({ headers: { 'Content-Type': 'application/x-ndjson' }, body: '{"kind":"end"}' }),
  },
  'GET /v1/trash': { who: 'user', scope: 'read', ok: 200 },
  'DELETE /v1/trash': { who: 'user', scope: 'delete', ok: 204 },
  'DELETE /v1/trash/:id': { who: 'owner', scope: 'delete', ok: 204, path: ({ trashed }) => `/v1/trash/${trashed}` },
  'GET /v1/me': { who: 'user', scope: 'read', ok: 200 },
  'PATCH /v1/me': { who: 'user', scope: 'person', ok: 200, body: json(() => ({ displayName: 'Changed' })) },
  'DELETE /v1/me': { who: 'user', scope: 'person', ok: 202 },
  'GET /v1/me/activity': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/me/audit': { who: 'user', scope: 'read', ok: 200 },
  'GET /v1/me/identities': { who: 'user', scope: 'read', ok: 200 },
  // Each caller names the own identity again, which changes nothing.
  'POST /v1/me/identities': {
    who: 'user',
    scope: 'person',
    ok: 200,
    body: (_things, { token }) => jsonCall(token === undefined ? {} : { token }),
    but: { 'own page': 400 },
  },
  'DELETE /v1/me/identities/:id': {
    who: 'owner',
    scope: 'person',
    ok: 204,
    path: ({ identity }) => `/v1/me/identities/${identity}`,
  },
  'GET /v1/limits': { who: 'anyone', ok: 200 },
  // The token stands in the body: whose it is, is the caller. After an erasure this begins a new account.
  'POST /v1/session': {
    who: 'user',
    ok: 201,
    body: (_things, { token }) => jsonCall(token === undefined ? {} : { token }),
    but: {
      anonymous: 400,
      revoked: 400,
      'forged platform': 400,
      'own page': 400,
      erased: 201,
      // A personal token makes no session.
      'token with all scopes': 401,
      'token without scope': 401,
    },
  },
  'DELETE /v1/session': { who: 'optional', scope: 'person', ok: 204 },
  'GET /v1/sessions': { who: 'user', scope: 'person', ok: 200 },
  'DELETE /v1/sessions': { who: 'user', scope: 'person', ok: 204 },
  'POST /v1/tokens': {
    who: 'user',
    scope: 'person',
    ok: 201,
    body: json(() => ({ name: 'Another', scopes: ['read'] })),
  },
  'GET /v1/tokens': { who: 'user', scope: 'person', ok: 200 },
  'DELETE /v1/tokens/:id': { who: 'owner', scope: 'person', ok: 204, path: ({ tokenId }) => `/v1/tokens/${tokenId}` },
  'DELETE /v1/sessions/:id': {
    who: 'owner',
    scope: 'person',
    ok: 204,
    path: ({ session }) => `/v1/sessions/${session}`,
  },

  // Pages
  'GET /': { who: 'optional', scope: 'read', ok: 200 },
  'GET /recent': { who: 'user', scope: 'read', ok: 200 },
  'GET /favourites': { who: 'user', scope: 'read', ok: 200 },
  'GET /archive': { who: 'user', scope: 'read', ok: 200 },
  'GET /trash': { who: 'user', scope: 'read', ok: 200 },
  'POST /photos': { who: 'user', scope: 'person', ok: 303, body: plainForm('act=favourite') },
  'POST /trash': { who: 'user', scope: 'person', ok: 303, body: plainForm('') },
  'GET /search': { who: 'user', scope: 'read', ok: 200 },
  'GET /albums': { who: 'user', scope: 'read', ok: 200 },
  'POST /albums': { who: 'user', scope: 'edit', ok: 303, body: plainForm('title=Harbour') },
  'GET /albums/:id': { who: 'owner', scope: 'read', ok: 200, path: albumPage, but: ALSO_MEMBERS },
  'POST /albums/:id': {
    who: 'owner',
    scope: 'edit',
    ok: 303,
    path: albumPage,
    body: plainForm('act=edit&title=Changed'),
    but: NOT_MEMBERS,
  },
  'GET /albums/:id/people': {
    who: 'owner',
    scope: 'person',
    ok: 200,
    path: (things) => `${albumPage(things)}/people`,
    but: ALSO_MEMBERS,
  },
  'POST /albums/:id/people': {
    who: 'owner',
    scope: 'person',
    ok: 303,
    path: (things) => `${albumPage(things)}/people`,
    body: plainForm('act=link&role=viewer'),
    but: NOT_MEMBERS,
  },
  'GET /invitations': { who: 'user', scope: 'person', ok: 200 },
  'GET /invitations/:token': { who: 'user', scope: 'person', ok: 200, path: ({ link }) => `/invitations/${link}` },
  'POST /invitations/:token': {
    who: 'user',
    scope: 'person',
    ok: 303,
    secret: true,
    path: ({ link }) => `/invitations/${link}`,
    body: plainForm('act=join'),
  },
  'GET /u/:handle': [
    { who: 'anyone', ok: 200, note: 'public', path: () => '/u/public' },
    { who: 'anyone', ok: 404, note: 'private', path: ({ handle }) => `/u/${handle}` },
  ],
  'GET /u/:handle/feed': [
    { who: 'anyone', ok: 200, note: 'public', path: () => '/u/public/feed' },
    { who: 'anyone', ok: 404, note: 'private', path: ({ handle }) => `/u/${handle}/feed` },
  ],
  'GET /u/:handle/:photo': {
    who: 'anyone',
    ok: 404,
    note: 'private',
    path: ({ handle, photo: id }) => `/u/${handle}/${id}`,
  },
  'GET /u/:handle/:photo/image': {
    who: 'anyone',
    ok: 404,
    note: 'private',
    path: ({ handle, photo: id }) => `/u/${handle}/${id}/image`,
  },
  'GET /shares': { who: 'user', scope: 'share', ok: 200 },
  'GET /places': { who: 'user', scope: 'read', ok: 200 },
  'GET /places/photos': { who: 'user', scope: 'read', ok: 200, path: () => '/places/photos?place=germany' },
  'POST /memories': { who: 'user', scope: 'person', ok: 303, body: plainForm('act=hide&date=2019-11-29&on=timeline') },
  'POST /shares': { who: 'user', scope: 'share', ok: 303, body: plainForm('timeline=yes') },
  'POST /shares/:id': {
    who: 'owner',
    scope: 'share',
    ok: 303,
    path: ({ share: id }) => `/shares/${id}`,
    body: plainForm('act=revoke'),
  },
  'GET /s/:token': { who: 'anyone', ok: 200, path: guests },
  'POST /s/:token': { who: 'anyone', ok: 303, path: guests, body: plainForm('password=sesame') },
  'POST /s/:token/photos': {
    who: 'anyone',
    ok: 403,
    note: 'without the right',
    path: (things) => `${guests(things)}/photos`,
    body: form,
  },
  'GET /s/:token/report': { who: 'anyone', ok: 200, path: (things) => `${guests(things)}/report` },
  'POST /s/:token/report': {
    who: 'anyone',
    ok: 200,
    path: (things) => `${guests(things)}/report`,
    body: plainForm('reason=wrong'),
  },
  'GET /activity': { who: 'user', scope: 'read', ok: 200 },
  'GET /settings': { who: 'user', scope: 'person', ok: 200 },
  'POST /settings': { who: 'user', scope: 'person', ok: 303, body: plainForm('act=end-all-sessions') },
  'GET /photo/:id': { who: 'owner', scope: 'read', ok: 200, path: page },
  'POST /photo/:id': {
    who: 'owner',
    scope: 'person',
    ok: 303,
    path: page,
    body: plainForm('act=favourite'),
  },
  'GET /sign-in': { who: 'optional', scope: 'read', ok: 200 },
  // None of these browsers has begun a sign-in.
  'GET /sign-in/callback': { who: 'optional', scope: 'person', ok: 400 },
  'GET /upload_photo': {
    who: 'optional',
    scope: 'read',
    ok: 200,
    // Guests are sent to where they can sign in.
    but: { anonymous: 303, revoked: 303, 'forged platform': 303 },
  },
  'POST /upload_photo': { who: 'user', scope: 'upload', ok: 303, body: form },
  'POST /signout': { who: 'optional', scope: 'person', ok: 303 },
  'GET /unsubscribe': { who: 'anyone', ok: 200, path: ({ unsubscribe = '' }) => unsubscribe },
  'POST /unsubscribe': { who: 'anyone', ok: 200, path: ({ unsubscribe = '' }) => unsubscribe },
  'GET /docs': { who: 'anyone', ok: 200 },
  'GET /assets/style.css': { who: 'anyone', ok: 200 },
  'GET /assets/icon.svg': { who: 'anyone', ok: 200 },
  'GET /assets/manifest.webmanifest': { who: 'anyone', ok: 200 },
  'GET /assets/client/:version/:file': { who: 'anyone', ok: 200, path: () => clientFiles().href },
  'GET /favicon.ico': { who: 'anyone', ok: 302 },

  // What the surroundings ask
  'GET /openapi.json': { who: 'anyone', ok: 200 },
  'GET /healthz': { who: 'anyone', ok: 200 },
  'GET /readyz': { who: 'anyone', ok: 200 },
  'GET /_ah/warmup': { who: 'anyone', ok: 200 },
  // For the bearer of METRICS_TOKEN, which is none of these callers.
  'GET /metrics': { who: 'platform', ok: 200 },

  // Cloud Tasks and cron
  'POST /tasks/:job': { who: 'platform', ok: 200, path: () => '/tasks/make-variants', body: json(() => ({})) },
  'POST /_ah/queue/deferred': { who: 'platform', ok: 200, body: json(() => ({})) },
  'GET /cron/:job': { who: 'platform', ok: 200, path: () => '/cron/purge-trash' },

  // The course routes
  'POST /post/:user/': { who: 'owner', scope: 'upload', ok: 303, path: ({ handle }) => `/post/${handle}/`, body: form },
  'GET /user/:user/json/': [
    { who: 'optional', scope: 'read', ok: 200, note: 'public', path: () => '/user/public/json/' },
    { who: 'owner', scope: 'read', ok: 200, note: 'private', path: ({ handle }) => `/user/${handle}/json/` },
  ],
  'GET /user/:user/web/': [
    { who: 'optional', scope: 'read', ok: 200, note: 'public', path: () => '/user/public/web/' },
    { who: 'owner', scope: 'read', ok: 200, note: 'private', path: ({ handle }) => `/user/${handle}/web/` },
  ],
  'GET /image/:key/': {
    who: 'owner',
    scope: 'read',
    ok: 200,
    path: ({ user, photo: id }) => `/image/${user}.${id}/`,
    // Guests are not told either whether there is such a photo.
    but: { anonymous: 404, revoked: 404, 'forged platform': 404 },
  },
  'GET /data': { who: 'user', scope: 'read', ok: 200 },
  'GET /counter/get': { who: 'user', scope: 'read', ok: 200 },
  'GET /counter/increment': { who: 'user', scope: 'edit', ok: 200, but: NOT_FROM_A_FOREIGN_PAGE },
  'POST /counter/increment': { who: 'user', scope: 'edit', ok: 200 },
  'POST /custom/path': { who: 'platform', ok: 200, body: json(() => ({})) },
  'POST /worker': { who: 'platform', ok: 200, body: json(() => ({})) },
  'POST /example_task_handler': { who: 'platform', ok: 200, body: json(() => ({})) },
  'GET /cron_task_handler': { who: 'platform', ok: 200 },
  'POST /email_task/': { who: 'platform', ok: 200, body: json(() => ({})) },
  'GET /mail/weekly': { who: 'platform', ok: 200 },
  'GET /tasks/summary': { who: 'platform', ok: 200 },
  'GET /tasks/summary_email/': { who: 'platform', ok: 200 },
};

/** Routes of the local profile alone. In profile `google` there is nothing at these addresses. */
export const LOCAL_ONLY = [
  'POST /local/token',
  'POST /signin',
  'PUT /upload/storage/v1/b/:bucket/o',
  'DELETE /upload/storage/v1/b/:bucket/o',
  'GET /logging/',
];

/** To them a thing of the owner is like one that has never been. */
const NO_OWNERS = { viewer: 404, contributor: 404, 'other user': 404 };

/** The status that a caller gets from a line; `ok` is the line's own. */
const STATUS: Record<Who, Partial<Record<CallerName, number>>> = {
  anyone: {},
  optional: badTokens(),
  user: { anonymous: 401, revoked: 401, 'forged platform': 401, ...badTokens() },
  owner: { anonymous: 401, revoked: 401, 'forged platform': 401, ...NO_OWNERS, ...badTokens() },
  platform: {},
};

const SAFE = new Set(['GET', 'HEAD']);

/** What a caller is to get: the line's exception, the rule of its `who`, or what callers get who may. */
export function expectedStatus({ who, scope, ok, but = {} }: RouteLine, method: string, caller: CallerName): number {
  if (who === 'platform') return 404;
  const exception = but[caller];
  if (exception !== undefined) return exception;
  if (scope !== undefined && caller === 'token without scope') return 403;
  if (scope === 'person' && caller === 'token with all scopes') return 403;
  // A cookie counts for reading from anywhere, and for changes from pages of our own alone.
  if (caller === 'foreign page' && who !== 'anyone' && !SAFE.has(method)) return 403;
  return STATUS[who][caller] ?? ok;
}

function badTokens(): Partial<Record<CallerName, number>> {
  return {
    expired: 401,
    'foreign issuer': 401,
    'alg: none': 401,
    'wrong audience': 401,
    'public key as secret': 401,
    erased: 410,
    'revoked token': 401,
    'expired token': 401,
    // A grant is good for one upload at its own address.
    grant: 401,
    // The token of a share is good in the addresses of the share alone.
    'share guest': 401,
  };
}
