import { z } from 'zod';
import type { SecurityLog } from '../../accounts/security-log.ts';
import type { CookieDeps } from '../../accounts/cookies.ts';
import { readAlbum } from '../../albums/read-albums.ts';
import { AlbumIdParam } from '../../albums/schemas.ts';
import { LONGEST_REASON, reportShare, type ReportDeps } from '../../moderation/reports.ts';
import type { PresentDeps } from '../../photos/present.ts';
import { PhotoIdParam } from '../../photos/schemas.ts';
import { createShare, deleteShare, type ChangeShareDeps } from '../../shares/change-shares.ts';
import { uploadByGuest, type GuestUploadDeps } from '../../shares/guest-upload.ts';
import { headOf } from '../../shares/head.ts';
import { createSharePresenter } from '../../shares/present.ts';
import { findShare, listShares, openShare, readSharedPhotos } from '../../shares/read-shares.ts';
import { NewShare, ShareIdParam, ShareTokenParam, Unlocking } from '../../shares/schemas.ts';
import { unlockCookie, unlockOf } from '../../shares/unlock-cookie.ts';
import { unlockShare, type UnlockDeps } from '../../shares/unlock.ts';
import type { Views } from '../../shares/views.ts';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { cleanText } from '../../../http/input/human-text.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Reply, type Route } from '../../../http/route.ts';
import { definedFields } from '../../../runtime/defined-fields.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { UserId } from '../../../runtime/ids.ts';
import { Cursor } from '../../../signing/cursor.ts';
import { renderLocked, renderReport, renderShare } from '../pages/share-page.ts';
import { renderShares, type WantedShare } from '../pages/shares-page.ts';
import { MOST_IN_ADDRESS } from '../parts/selection.ts';
import { DAY_MS } from '../../../runtime/durations.ts';

export interface SharePageDeps
  extends ReportDeps, ChangeShareDeps, GuestUploadDeps, UnlockDeps, PresentDeps, CookieDeps {
  shareViews: Views;
  securityLog: SecurityLog;
  publicUrl: string;
}

/** Photos on a page. */
const PAGE = 50;

const MAX_FORM_BYTES = 80_000;

/** Links may have any parameters. An unknown value is ignored, not refused. */
const SharesQuery = z.looseObject({
  album: AlbumIdParam.optional().catch(undefined),
  timeline: z.literal('yes').optional().catch(undefined),
  photos: z
    .string()
    .transform((ids) => ids.split('.'))
    .pipe(z.array(PhotoIdParam).max(MOST_IN_ADDRESS))
    .optional()
    .catch(undefined),
  did: z.enum(['made', 'revoked']).optional().catch(undefined),
});

const SAID = { made: 'The link is made. Give it to your guests.', revoked: 'The link is ended.' };

const GuestQuery = z.looseObject({
  cursor: Cursor.optional(),
  did: z.literal('received').optional().catch(undefined),
});

/** Routes of the pages of shares: the list for their owner, and what guests see. */
export const sharePageRoutes = (deps: SharePageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/shares',
    summary: "The caller's shares, and the form that makes one.",
    access: 'user',
    scope: 'share',
    documented: false,
    query: SharesQuery,
    replies: { 200: 'text/html' },
    async handle({ caller: { user, handle }, query }) {
      const shares = (await listShares(deps, user)).map(createSharePresenter(deps, user));
      const { publicUrl } = deps;
      const said = query.did && SAID[query.did];
      const html = renderShares({ handle, publicUrl, shares, wanted: await wantedBy(deps, user, query), said });
      return { status: 200, html };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/shares',
    summary: 'Makes a share, from a form.',
    access: 'user',
    scope: 'share',
    documented: false,
    replies: { 303: null },
    errors: ['not-found', 'too-many-shares'],
    async handle({ caller, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      await createShare(deps, caller.user, parseInput(NewShare, shareIn(fields, deps.clock.now())));
      return { status: 303, headers: { Location: '/shares?did=made' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/shares/:id',
    summary: 'Ends a share, from a form.',
    access: 'user',
    scope: 'share',
    documented: false,
    params: z.object({ id: ShareIdParam }),
    replies: { 303: null },
    errors: ['not-found'],
    async handle({ caller, params: { id } }) {
      await deleteShare(deps, caller.user, id);
      return { status: 303, headers: { Location: '/shares?did=revoked' } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/s/:token',
    summary: 'The page of a share, for guests.',
    access: 'public',
    documented: false,
    params: ShareTokenParam,
    query: GuestQuery,
    replies: { 200: 'text/html' },
    errors: ['not-found', 'gone'],
    async handle({ params: { token }, query: { cursor, did }, request }) {
      const path = `/s/${token}`;
      try {
        const opened = await openShare(deps, token, unlockOf(deps, request, token));
        if (cursor === undefined) await deps.shareViews.count(opened.name);
        const { items: photos, next, prev } = await readSharedPhotos(deps, opened, { limit: PAGE, cursor });
        const head = await headOf(deps, opened);
        return page(renderShare({ path, publicUrl: deps.publicUrl, head, photos, next, prev, did }));
      } catch (error) {
        if (isLocked(error)) return page(renderLocked(path, false));
        throw error;
      }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/s/:token',
    summary: 'Opens the page of a share that has a password.',
    access: 'public',
    documented: false,
    params: ShareTokenParam,
    replies: { 200: 'text/html', 303: null },
    errors: ['not-found', 'gone', 'rate-limited'],
    async handle({ params: { token }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { password } = parseInput(Unlocking, { password: fields.get('password') ?? '' });
      try {
        const { unlock } = await unlockShare(deps, token, password);
        return { status: 303, headers: { 'Set-Cookie': unlockCookie(deps, token, unlock), Location: `/s/${token}` } };
      } catch (error) {
        if (isLocked(error)) return page(renderLocked(`/s/${token}`, true));
        throw error;
      }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/s/:token/photos',
    summary: 'Takes a photo of a guest, from a form.',
    access: 'public',
    work: 'uploads',
    documented: false,
    params: ShareTokenParam,
    replies: { 303: null },
    errors: ['not-found', 'gone', 'share-locked', 'scope-missing'],
    async handle({ params: { token }, request }) {
      await uploadByGuest(deps, token, unlockOf(deps, request, token), request);
      return { status: 303, headers: { Location: `/s/${token}?did=received` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/s/:token/report',
    summary: 'The form by which a guest reports a share.',
    access: 'public',
    documented: false,
    params: ShareTokenParam,
    replies: { 200: 'text/html' },
    errors: ['not-found', 'gone'],
    async handle({ params: { token } }) {
      await findShare(deps, token);
      return page(renderReport(`/s/${token}`, false));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/s/:token/report',
    summary: 'Reports a share to the operator.',
    access: 'public',
    documented: false,
    params: ShareTokenParam,
    replies: { 200: 'text/html' },
    errors: ['not-found', 'gone'],
    async handle({ params: { token }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { name } = await findShare(deps, token);
      const reason = cleanText(fields.get('reason') ?? '').slice(0, LONGEST_REASON);
      await reportShare(deps, name, reason);
      deps.securityLog('share-reported', name.user, { share: name.share, reason });
      return page(renderReport(`/s/${token}`, true));
    },
  }),
];

/** A page of guests has their token in its address, so no cache keeps it. */
const page = (html: string): Reply => ({ status: 200, html, headers: { 'Cache-Control': 'private, no-cache' } });

const isLocked = (error: unknown) => error instanceof AppError && error.code === 'share-locked';

async function wantedBy(
  deps: SharePageDeps,
  user: UserId,
  { album, timeline, photos }: z.output<typeof SharesQuery>,
): Promise<WantedShare | undefined> {
  if (album !== undefined) return { album, title: (await readAlbum(deps, user, album)).title };
  if (timeline !== undefined) return { timeline: true };
  return photos && { photos };
}

/** An empty password is none. */
function shareIn(fields: URLSearchParams, now: number) {
  const photos = fields.getAll('photo');
  const days = z.coerce.number().int().min(1).max(366).catch(30).parse(fields.get('days'));
  return definedFields({
    photos: photos.length > 0 ? photos : undefined,
    album: fields.get('album') ?? undefined,
    timeline: fields.get('timeline') === 'yes' ? true : undefined,
    title: fields.get('title') ?? '',
    expiresAt: new Date(now + days * DAY_MS).toISOString(),
    password: fields.get('password') || undefined,
    upload: fields.get('upload') === 'yes',
    originals: fields.get('originals') === 'yes',
    location: fields.get('location') === 'yes',
  });
}
