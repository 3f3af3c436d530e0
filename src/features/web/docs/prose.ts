import { html, type Content } from '../../../runtime/html.ts';

/** Renders a description of the API: backquotes in it mark code. */
export function prose(text: string): Content {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}
