import { html, type Content } from '../../../runtime/html.ts';

/** Tags, each of which leads to the photos that have its words in this order. */
export const tagLinks = (tags: readonly string[]): Content =>
  tags.length > 0 &&
  html`<ul class="tags">
    ${tags.map((tag) => html`<li><a href="${tagHref(tag)}" dir="auto">${tag}</a></li>`)}
  </ul>`;

const tagHref = (tag: string) => `/search?q=${encodeURIComponent(`"${tag.replaceAll('"', ' ')}"`)}`;

/** Stars of a rating, which screen readers read as a number. */
export const stars = (rating: number): Content =>
  html`<span class="stars"
    ><span aria-hidden="true">${'★'.repeat(rating)}${'☆'.repeat(5 - rating)}</span>
    <span class="unseen">${rating} of 5</span></span
  >`;
