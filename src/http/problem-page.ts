import { createHash } from 'node:crypto';
import type { Problem } from './problem.ts';

const STYLE = `
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto 0; padding: 0 1.5rem; color-scheme: light dark }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }
  small { color: GrayText }
  a { color: LinkText }
`;

/** Lets in the one style of this page and nothing else. */
export const PROBLEM_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** A problem for a person with a browser: the same facts, on a page that needs nothing else. */
export function renderProblemPage(problem: Problem): string {
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
<p><a href="/">To the timeline</a></p>
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
