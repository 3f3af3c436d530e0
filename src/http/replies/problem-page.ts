import { createHash } from 'node:crypto';
import type { Problem } from './problem.ts';

const STYLE = `
  :root { color-scheme: light dark; --ground: #faf9f6; --ink: #1e2423; --soft-ink: #59635f; --accent: #1f6f5c }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #131716; --ink: #e7ebe9; --soft-ink: #9ca8a3; --accent: #82cdb6 }
  }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto 0; padding: 0 1.5rem; overflow-wrap: anywhere; background: var(--ground); color: var(--ink) }
  h1 { font-size: 1.75rem; font-weight: 600; letter-spacing: -.015em; line-height: 1.25; margin: 0 0 .75rem }
  small { color: var(--soft-ink) }
  a { color: var(--accent); text-underline-offset: .2em }
  a:focus-visible { outline: 3px solid; outline-offset: 2px }
`;

/** Lets in the one style of this page and nothing else. */
export const PROBLEM_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/**
 * A problem for a person with a browser: the same facts, on a page that needs nothing else.
 * @param signInHref Where to sign in, if that helps.
 */
export function renderProblemPage(problem: Problem, signInHref?: string): string {
  const faults = problem.errors?.map(({ pointer, message }) => `<li>${escape(pointer)} ${escape(message)}</li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(problem.title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escape(problem.title)}</h1>
<p>${escape(problem.detail)}</p>
${faults ? `<ul>${faults.join('')}</ul>` : ''}
<p>${signInHref === undefined ? '' : `<a href="${escape(signInHref)}">Sign in</a> · `}<a href="/">To the timeline</a></p>
<p><small>${problem.status} ${problem.code}${problem.requestId ? ` · request ${escape(problem.requestId)}` : ''}</small></p>
</main>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
