import { html } from '../../../runtime/html.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { linkTo } from '../section.ts';
import { partitionQuery } from './entity-key.ts';

/** The pages of the section. */
export const datastoreTabs = (current: string, partition: Partial<Partition> = {}) =>
  html`<nav class="tabs" aria-label="Datastore">
    ${TABS.map(
      ([path, title]) =>
        html`<a href="${linkTo(path, partitionQuery(partition))}" ${path === current && html`aria-current="page"`}
          >${title}</a
        > `,
    )}
  </nav>`;

const TABS: [path: string, title: string][] = [
  ['/datastore', 'Kinds'],
  ['/datastore/indexes', 'Indexes'],
];
