import { html, type Content } from '../../runtime/html.ts';

/** Text in which backquotes mark code, as descriptions in the API are written. */
export function prose(text: string): Content {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}
