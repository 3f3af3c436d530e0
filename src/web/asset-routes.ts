import { defineRoute, type Route } from '../http/route.ts';
import { ICON, STYLE, type Asset } from './asset.ts';

/** The files that pages refer to. */
export const assetRoutes = (): Route[] => [STYLE, ICON].map(assetRoute);

const assetRoute = ({ path, hash, type, bytes }: Asset): Route =>
  defineRoute({
    method: 'get',
    path,
    summary: 'A file that pages refer to.',
    access: 'public',
    documented: false,
    replies: { 200: type },
    handle: ({ request }) => ({
      status: 200,
      etag: hash,
      type,
      bytes,
      headers: { 'Cache-Control': request.query['v'] === hash ? FOR_EVER : 'no-cache' },
    }),
  });

/** Only for the content that was asked for: during a deploy a page of the new version may ask the old one. */
const FOR_EVER = 'public, max-age=31536000, immutable';
