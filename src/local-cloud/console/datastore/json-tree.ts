import { html, type Content } from '../../../runtime/html.ts';
import { cut, instantOf } from '../words.ts';

/** Elements that a tree shows, so that a text of 1 MiB is shown at once. */
const MOST_NODES = 400;
const LONGEST_TEXT = 500;

/** Finds the page of what a text names, such as an object. */
export type LinkFor = (text: string) => string | undefined;

/** A JSON value as nested lists. They open and close without script. */
export function jsonTree(value: unknown, linkFor: LinkFor): Content {
  const budget = { left: MOST_NODES };
  const tree = html`<div class="tree">${list(value, linkFor, budget)}</div>`;
  return budget.left > 0
    ? tree
    : html`${tree}
        <p class="soft">The first ${MOST_NODES} parts are shown.</p>`;
}

/** A list of texts and numbers is shown in lines, everything else element by element. */
function list(value: unknown, linkFor: LinkFor, budget: { left: number }): Content {
  const isFlat = Array.isArray(value) && value.every((part) => typeof part !== 'object' || part === null);
  return html`<ul ${isFlat && html`class="flow"`}>
    ${children(value, linkFor, budget)}
  </ul>`;
}

function children(value: unknown, linkFor: LinkFor, budget: { left: number }): Content {
  const entries = Object.entries(value as object);
  return entries.map(([name, part]) => {
    if (budget.left <= 0) return undefined;
    budget.left--;
    return html`<li>${node(name, part, linkFor, budget)}</li>`;
  });
}

function node(name: string, value: unknown, linkFor: LinkFor, budget: { left: number }): Content {
  const label = html`<span class="name">${cut(name, LONGEST_TEXT)}</span>`;
  if (typeof value !== 'object' || value === null) return html`${label} ${leaf(value, linkFor)}`;
  const size = Object.keys(value).length;
  const brackets = Array.isArray(value) ? `[${size}]` : `{${size}}`;
  if (size === 0) return html`${label} <span class="soft">${brackets}</span>`;
  return html`<details ${size <= 40 && html`open`}>
    <summary>${label} <span class="soft">${brackets}</span></summary>
    ${list(value, linkFor, budget)}
  </details>`;
}

function leaf(value: unknown, linkFor: LinkFor): Content {
  if (typeof value === 'string') {
    const text = html`<span class="text">"${cut(value, LONGEST_TEXT)}"</span>`;
    const link = linkFor(value);
    return link === undefined ? text : html`<a href="${link}">${text}</a>`;
  }
  return html`<span class="literal">${String(value)}</span>${typeof value === 'number' && instantNote(value)}`;
}

/** Milliseconds since the Unix epoch, of the years 2001 to 2100. */
function instantNote(value: number): Content {
  if (!Number.isInteger(value) || value < 1e12 || value > 4.1e12) return undefined;
  return html` <span class="soft">${instantOf(value)}</span>`;
}
