import type { Request } from 'express';
import { z } from 'zod';
import { refuseEvenly } from '../../http/refuse-evenly.ts';
import { bodyTag } from '../../http/replies/conditional.ts';
import { defineRoute, type Caller, type Route } from '../../http/route.ts';
import { onTimeline } from '../../data/model/entity-kinds.ts';
import type { User } from '../../data/model/records.ts';
import { isPublic } from '../../data/rules/suspension.ts';
import { AppError } from '../../runtime/errors.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { Cursor } from '../../signing/cursor.ts';
import { createStrangersPresenter, type PresentDeps } from '../photos/present.ts';
import { PhotoIdParam, type SharedPhoto } from '../photos/schemas.ts';
import { strangersPhotos } from '../photos/write-list-items.ts';
import { readTiles, type TimelineDeps } from '../timeline/read-timeline.ts';
import { renderFeed } from './pages/public-feed.ts';
import { renderPublicPage, renderPublicPhoto } from './pages/public-page.ts';

export interface PublicPageDeps extends TimelineDeps, PresentDeps {
  /** Returns the account of a handle. It takes as long for a missing account as for a private timeline. */
  findForStranger(handle: string): Promise<Caller | undefined>;
  publicUrl: string;
}

/** Photos on a page, and entries of a feed. */
const PAGE = 50;

const params = z.object({ handle: z.string() });
const photoParams = z.object({ handle: z.string(), photo: PhotoIdParam });

/** Links may have any parameters. */
const PublicQuery = z.looseObject({ cursor: Cursor.optional() });

/** Routes of public timelines: short addresses that everyone may read, and a feed (RFC 4287). */
export const publicRoutes = (deps: PublicPageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/u/:handle',
    summary: 'The page of a public timeline, in the order of posting.',
    access: 'public',
    documented: false,
    params,
    query: PublicQuery,
    replies: { 200: 'text/html', 301: null, 304: null },
    errors: ['not-found'],
    async handle({ params: { handle }, query: { cursor } }) {
      const { owner, ...page } = await readPublicPage(deps, handle, cursor);
      if (owner.handle !== handle) return moved(`/u/${encodeURIComponent(owner.handle)}`);
      const html = renderPublicPage({ ...page, ...namesOf(owner), publicUrl: deps.publicUrl });
      return { status: 200, html, etag: bodyTag({ html }), headers: REVALIDATED };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/u/:handle/feed',
    summary: 'A public timeline as an Atom feed.',
    access: 'public',
    documented: false,
    params,
    query: PublicQuery,
    replies: { 200: 'application/atom+xml', 304: null },
    errors: ['not-found'],
    async handle({ params: { handle }, query: { cursor }, request }) {
      const { owner, photos, next } = await readPublicPage(deps, handle, cursor);
      const { createdAt } = owner;
      const base = baseOf(deps, request);
      const feed = renderFeed({ ...namesOf(owner), createdAt, photos, next, cursor, base });
      const bytes = Buffer.from(feed);
      const etag = bodyTag({ feed });
      return { status: 200, type: 'application/atom+xml; charset=utf-8', bytes, etag, headers: REVALIDATED };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/u/:handle/:photo',
    summary: 'The page of one photo of a public timeline.',
    access: 'public',
    documented: false,
    params: photoParams,
    replies: { 200: 'text/html', 304: null },
    errors: ['not-found'],
    async handle({ params: { handle, photo: id } }) {
      const { owner, photo } = await readPublicPhoto(deps, handle, id);
      const html = renderPublicPhoto({ ...namesOf(owner), photo, publicUrl: deps.publicUrl });
      return { status: 200, html, etag: bodyTag({ html }), headers: REVALIDATED };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/u/:handle/:photo/image',
    summary: 'Leads to the picture of a public photo: the address stays, unlike those of pictures.',
    access: 'public',
    documented: false,
    params: photoParams,
    replies: { 302: null },
    errors: ['not-found'],
    async handle({ params: { handle, photo: id } }) {
      const { photo } = await readPublicPhoto(deps, handle, id);
      return {
        status: 302,
        headers: { Location: photo.variants.medium.url, 'Cache-Control': 'public, max-age=3600' },
      };
    },
  }),
];

const REVALIDATED = { 'Cache-Control': 'public, no-cache' };

const moved = (location: string) => ({ status: 301, headers: { Location: location } });

const namesOf = ({ handle, displayName }: User) => ({ handle, name: displayName || handle });

/** Feed readers keep entries apart from their feed, so their links are absolute. */
const baseOf = ({ publicUrl }: PublicPageDeps, { protocol, headers: { host = 'localhost' } }: Request) =>
  publicUrl || `${protocol}://${host}`;

/** A private timeline, a suspended account and a missing one get the same reply, after the same time. */
const readPublicPage = (deps: PublicPageDeps, handle: string, cursor: string | undefined) =>
  refuseEvenly(async () => {
    const found = await deps.findForStranger(handle);
    if (!found) throw noSuchTimeline();
    const {
      user: owner,
      photos,
      next,
      prev,
    } = await readTiles(deps, found.user, { limit: PAGE, order: 'posted', cursor });
    if (!isPublic(owner)) throw noSuchTimeline();
    return { owner, photos: strangersPhotos(deps, found.user, owner.handle, photos), next, prev };
  });

const readPublicPhoto = (deps: PublicPageDeps, handle: string, id: PhotoId) =>
  refuseEvenly(async (): Promise<{ owner: User; photo: SharedPhoto }> => {
    const found = await deps.findForStranger(handle);
    if (!found) throw noSuchTimeline();
    const [owner, photo] = await Promise.all([deps.store.user(found.user), deps.store.photo(found.user, id)]);
    if (!owner || !isPublic(owner) || !photo || !onTimeline(photo)) throw noSuchTimeline();
    return { owner, photo: createStrangersPresenter(deps, found.user, owner.handle)(photo) };
  });

const noSuchTimeline = () => new AppError('not-found', 'There is no such public timeline, or no such photo in it.');
