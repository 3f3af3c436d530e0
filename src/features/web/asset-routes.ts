import { defineRoute, type Route } from '../../http/route.ts';
import { ICON, STYLE, type Asset } from './asset.ts';

/** The files that pages refer to, and the one that browsers ask for by themselves. */
export const assetRoutes = (): Route[] => [...[STYLE, ICON].map(assetRoute), faviconRoute];

const assetRoute = ({ path, hash, type, bytes }: Asset): Route =>
  defineRoute({
    method: 'get',
    path,
    summary: 'A file that pages refer to.',
    access: 'public',
    countsAs: 'free',
    work: 'inside',
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

/** What is no page of ours, JSON for example, names no icon, and browsers look here. */
const faviconRoute = defineRoute({
  method: 'get',
  path: '/favicon.ico',
  summary: 'The icon of the service.',
  access: 'public',
  countsAs: 'free',
  work: 'inside',
  documented: false,
  replies: { 302: null },
  handle: () => ({ status: 302, headers: { Location: ICON.href, 'Cache-Control': 'public, max-age=86400' } }),
});

/** Only for the content that was asked for: during a deploy a page of the new version may ask the old one. */
const FOR_EVER = 'public, max-age=31536000, immutable';
