import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineRoute, type Route } from '../../../http/route.ts';
import { ApiDocument } from './api-document.ts';
import { renderDocs } from './docs-page.ts';

export interface DocsDeps {
  /** Makes the OpenAPI document. The same one each time. */
  describeApi(): Promise<unknown>;
}

/** Defines the route of the API document as a page. */
export function docsRoute({ describeApi }: DocsDeps): Route {
  let page: Promise<string> | undefined;
  // Each step takes up to 20 ms of CPU time. Other requests are served between the steps.
  const render = async () => {
    const described = await describeApi();
    await nextTurn();
    const document = ApiDocument.parse(described);
    await nextTurn();
    return renderDocs(document);
  };
  return defineRoute({
    method: 'get',
    path: '/docs',
    summary: 'The OpenAPI document as a page.',
    access: 'public',
    documented: false,
    replies: { 200: 'text/html' },
    handle: async () => ({ status: 200, html: await (page ??= render()) }),
  });
}
