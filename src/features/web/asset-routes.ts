import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { ICON, MANIFEST, STYLE, type Asset } from './asset.ts';
import { clientFiles } from './client-files.ts';

/** Routes of the files that pages refer to, and of the icon that browsers request themselves. */
export const assetRoutes = (): Route[] => [...[STYLE, ICON, MANIFEST].map(assetRoute), clientRoute, faviconRoute];

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
      headers: { 'Cache-Control': request.query['v'] === hash ? IMMUTABLE : 'no-cache' },
    }),
  });

const clientRoute = defineRoute({
  method: 'get',
  path: '/assets/client/:version/:file',
  summary: 'A script that improves pages, or what it loads.',
  access: 'public',
  countsAs: 'free',
  work: 'inside',
  documented: false,
  params: z.object({ version: z.string(), file: z.string() }),
  replies: { 200: 'text/javascript' },
  handle({ params }) {
    const { version, files } = clientFiles();
    const file = files.get(params.file);
    if (!file) throw new AppError('not-found', 'There is no such file.');
    const headers = { 'Cache-Control': params.version === version ? IMMUTABLE : 'no-cache' };
    return { status: 200, etag: version, ...file, headers };
  },
});

/** Replies that are no pages, such as JSON, name no icon. Browsers then request this path. */
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

/** Only for the requested hash: during a deploy a page of the new version may request a file of the old version. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
