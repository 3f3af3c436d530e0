import { html, type Content } from '../../../runtime/html.ts';

const TABS = { '/requests': 'Requests', '/requests/calls': 'Calls without a request' };

/** The pages of the section. */
export const requestTabs = (current: keyof typeof TABS): Content =>
  html`<nav class="tabs" aria-label="Pages of this section">
    ${Object.entries(TABS).map(
      ([path, title]) => html`<a href="${path}" ${path === current && html`aria-current="page"`}>${title}</a> `,
    )}
  </nav>`;
