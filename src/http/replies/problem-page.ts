import { createHash } from 'node:crypto';
import { html, renderDocument } from '../../runtime/html.ts';
import { WORDS_FOR_PEOPLE } from '../../runtime/error-words.ts';
import type { Problem } from './problem.ts';

const STYLE = `
  :root { color-scheme: light dark; --ground: #faf9f6; --ink: #1e2423; --soft-ink: #59635f; --accent: #1f6f5c }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #131716; --ink: #e7ebe9; --soft-ink: #9ca8a3; --accent: #82cdb6 }
  }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1.25rem 1.5rem;  overflow-wrap: anywhere; background: var(--ground); color: var(--ink) }
  h1 { font-size: 1.75rem; font-weight: 600; letter-spacing: -.015em; line-height: 1.25; margin: 12vh 0 .75rem }
  header a { color: inherit; font-weight: 600; text-decoration: none }
  details { color: var(--soft-ink); font-size: .875rem }
  a { color: var(--accent); text-underline-offset: .2em }
  a:focus-visible { outline: 3px solid; outline-offset: 2px }
`;

// The policy has the hash of the exact text, to which Prettier would add spaces.
// prettier-ignore
const STYLE_ELEMENT = html`<style>${STYLE}</style>`;

/** Allows the style of this page and nothing else. */
export const PROBLEM_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/**
 * Renders a problem as a page for a browser.
 * @param signInHref Where to sign in, if that helps.
 */
export function renderProblemPage(problem: Problem, signInHref?: string): string {
  const { title, detail, status, code, errors, requestId } = problem;
  return renderDocument(
    html`<html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title}</title>
      ${STYLE_ELEMENT}
      <header><a href="/">Photo Timeline</a></header>
      <main>
        <h1>${title}</h1>
        <p>${WORDS_FOR_PEOPLE[code]}</p>
        <p>
          ${signInHref !== undefined && html`<a href="${signInHref}">Sign in</a> · `}<a href="/">To the timeline</a>
        </p>
        <details>
          <summary>Details for developers</summary>
          <p>${detail}</p>
          ${
            errors &&
            html`<ul>
              ${errors.map(({ pointer, message }) => html`<li>${pointer} ${message}</li>`)}
            </ul>`
          }
          <p>${status} ${code}${requestId && ` · request ${requestId}`}</p>
        </details>
      </main>
    </html>`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
