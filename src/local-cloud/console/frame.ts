import { html, renderDocument } from '../../runtime/html.ts';
import type { Page } from './section.ts';
import { SECTIONS } from './sections.ts';

/** Renders a page in the common frame. */
export function renderFrame({ title, main, menu = true }: Page, path: string): string {
  return renderDocument(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title === 'Console' ? title : `${title} · Console`}</title>
        <link rel="icon" href="/console.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/console.css" />
        <script type="module" src="/console.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="bar">
          <a class="brand" href="/"><img src="/console.svg" alt="" width="24" height="24" />Console</a>
          ${menu && menuOf(path)}
        </header>
        <main id="main" tabindex="-1">${main}</main>
      </body>
    </html>`,
  );
}

const menuOf = (path: string) =>
  html`<nav class="menu" aria-label="Sections">
    ${SECTIONS.map(
      (section) =>
        html`<a href="${section.path}" ${isWithin(path, section.path) && html`aria-current="page"`}
          >${section.title}</a
        > `,
    )}
  </nav>`;

/** Makes the page that says what is wrong with a request. */
export const faultPage = (status: number, message: string): Page => ({
  title: TITLES[status] ?? 'This did not work',
  status,
  main: html`<h1>${TITLES[status] ?? 'This did not work'}</h1>
    <p class="fault">${message}</p>`,
});

const TITLES: Record<number, string> = {
  403: 'Refused',
  404: 'Not found',
  409: 'Changed meanwhile',
  421: 'Wrong host',
  500: 'The console has failed',
};

const isWithin = (path: string, section: string) => path === section || path.startsWith(`${section}/`);
