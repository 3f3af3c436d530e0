import { html, type Content } from '../../runtime/html.ts';

/** Links to the pages of a section, by path. */
export const tabs = (pages: Record<string, string>, current: string): Content =>
  html`<nav class="tabs" aria-label="Pages of this section">
    ${Object.entries(pages).map(
      ([path, title]) => html`<a href="${path}" ${path === current && html`aria-current="page"`}>${title}</a> `,
    )}
  </nav>`;
