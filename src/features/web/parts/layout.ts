import { ICON, MANIFEST, STYLE } from '../asset.ts';
import { clientFiles } from '../client-files.ts';
import { html, renderDocument, type Content } from '../../../runtime/html.ts';
import { LISTS } from './lists.ts';
import { searchBox } from './search-box.ts';

interface Page {
  /** The title of the browser's tab. The name of the service is added. */
  title?: string | undefined;
  /** Handle of the signed-in user. The page then has a button to sign out. */
  signedIn?: string | undefined;
  /** Path of the list that the page shows, for the menu. */
  current?: string | undefined;
  /** Further elements of the head. */
  head?: Content;
  main: Content;
  /** Where the browser goes on to by itself: a URL that this service has made. */
  refreshTo?: string | undefined;
}

/** Renders a page in the common frame. It needs no script, and one stylesheet, as the content policy demands. */
export function renderPage({ title, signedIn, current, head, main, refreshTo }: Page): string {
  return renderDocument(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refreshTo && html`<meta http-equiv="refresh" content="0; url=${refreshTo}" />`}
        <title>${title && `${title} · `}Photo Timeline</title>
        <meta name="theme-color" content="#faf9f6" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#131716" media="(prefers-color-scheme: dark)" />
        <meta property="og:site_name" content="Photo Timeline" />
        <meta property="og:title" content="${title ?? 'Photo Timeline'}" />
        ${head}
        <link rel="manifest" href="${MANIFEST.href}" />
        <link rel="icon" href="${ICON.href}" type="${ICON.type}" />
        <link rel="stylesheet" href="${STYLE.href}" />
        <script type="module" src="${clientFiles().href}"></script>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="bar">
          <a class="brand" href="/"><img src="${ICON.href}" alt="" width="28" height="28" />Photo Timeline</a>
          ${signedIn !== undefined && html`${menu(current)} ${current !== '/search' && searchBox} ${account(signedIn)}`}
        </header>
        <main id="main" tabindex="-1">${main}</main>
        <footer class="foot">
          <nav aria-label="For developers">
            <a href="/docs">API documentation</a> <a href="/openapi.json">OpenAPI document</a>
          </nav>
        </footer>
      </body>
    </html>`,
  );
}

const menu = (current: string | undefined) =>
  html`<nav class="menu" aria-label="Your photos">
    ${MENU_PAGES.map(
      ({ path, title }) =>
        html`<a href="${path}" ${path === current && html`aria-current="page"`}>${SHORT_NAMES[path] ?? title}</a> `,
    )}
  </nav>`;

const MENU_PAGES = [
  LISTS.timeline,
  LISTS.recent,
  { path: '/albums', title: 'Albums' },
  { path: '/places', title: 'Places' },
  { path: '/shares', title: 'Shared' },
  LISTS.favourites,
  LISTS.archive,
  LISTS.trash,
  { path: '/search', title: 'Search' },
  { path: '/activity', title: 'Activity' },
  { path: '/settings', title: 'Settings' },
];

/** Names that are shorter than the titles of the pages. */
const SHORT_NAMES: Record<string, string> = { '/recent': 'Recent' };

const account = (handle: string) =>
  html`<form class="account" method="post" action="/signout">
    <a href="/settings" title="Settings"> <span class="unseen">Settings of</span> <strong>${handle}</strong> </a>
    <button class="quiet">Sign out</button>
  </form>`;
