import type { Content } from '../../runtime/html.ts';
import { html, renderDocument } from '../../runtime/html.ts';

/** An answer of the provider. `location` sends the browser on. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** JSON, unless it is a text: then a page. */
  body?: unknown;
}

/** Sends the browser to another address. With 303 it asks by GET there, also after a form. */
export const seeOther = (location: URL): Reply => ({ status: 303, headers: { Location: location.href } });

/** A page of the provider. */
export const page = (title: string, main: Content, status = 200): Reply => ({
  status,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
    // With no-referrer, browsers would send `Origin: null` with the form.
    'Referrer-Policy': 'same-origin',
  },
  body: renderDocument(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          body {
            font:
              1rem/1.5 system-ui,
              sans-serif;
            margin: 15vh auto;
            max-width: 24rem;
            padding: 0 1rem;
          }
          input,
          button {
            font: inherit;
            margin: 0.25rem 0;
            padding: 0.5rem;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${main}
      </body>
    </html>`,
  ),
});
