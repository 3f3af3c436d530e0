import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { once } from '../../../runtime/lazy.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import { ApiDocument } from './api-document.ts';
import { LONGEST_SEARCH, renderDocs } from './docs-page.ts';

export interface DocsDeps {
  /** Makes the OpenAPI document. The same one each time. */
  describeApi(): Promise<unknown>;
}

/** Defines the route of the API document as a page. */
export function docsRoute({ describeApi }: DocsDeps): Route {
  // Each step takes up to 20 ms of CPU time. Other requests are served between the steps.
  const document = once(async () => {
    const described = await describeApi();
    await nextTurn();
    return ApiDocument.parse(described);
  });
  const page = once(async () => {
    const api = await document();
    await nextTurn();
    return renderDocs(api);
  });
  return defineRoute({
    method: 'get',
    path: '/docs',
    summary: 'The OpenAPI document as a page.',
    access: 'public',
    documented: false,
    query: z.object({ q: z.string().trim().max(LONGEST_SEARCH, 'is too long').default('') }),
    replies: { 200: 'text/html' },
    handle: async ({ query: { q } }) => ({
      status: 200,
      html: q === '' ? await page() : renderDocs(await document(), q),
    }),
  });
}
