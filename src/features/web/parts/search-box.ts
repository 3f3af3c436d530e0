import { LONGEST_QUERY } from '../../search/schemas.ts';
import { html } from '../../../runtime/html.ts';

/** The search in the head of each page. With script it suggests what goes on the last word. */
export const searchBox = html`<search-box>
  <form class="seek" role="search" action="/search">
    <input
      type="search"
      name="q"
      maxlength="${LONGEST_QUERY}"
      placeholder="Search"
      aria-label="Search photos"
      autocomplete="off"
      dir="auto"
    />
    <button class="quiet unseen">Search</button>
  </form>
</search-box>`;
