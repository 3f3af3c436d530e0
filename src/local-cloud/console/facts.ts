import { html, type Content } from '../../runtime/html.ts';

/** Names with values; a name whose value is undefined is left out. */
export const facts = (values: Record<string, Content>): Content =>
  html`<dl class="facts">
    ${Object.entries(values).map(
      ([name, value]) =>
        value !== undefined &&
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
