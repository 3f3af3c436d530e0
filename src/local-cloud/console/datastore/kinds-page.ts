import { html, type Content } from '../../../runtime/html.ts';
import { prefixEnd } from '../../datastore/encoding/ordered-bytes.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { partitionIn, partitionQuery } from './entity-key.ts';
import { datastoreTabs } from './tabs.ts';

/** More are not counted, so that the page is quick. */
const MOST_COUNTED = 100_000;

/** The kinds of a namespace, with how many entities each has. */
export function kindsPage(deps: ConsoleDeps, { query }: Asked): Page {
  const partition = partitionIn(deps, query);
  const kinds = countKinds(deps, partition);
  return {
    title: 'Datastore',
    main: html`<h1>Datastore</h1>
      ${datastoreTabs('/datastore', partition)} ${chooser(deps, partition)}
      <div id="kinds" data-live="requests">
        ${
          kinds.length === 0
            ? html`<p class="empty">There are no entities here yet. They appear when the app writes the first one.</p>`
            : kindTable(kinds, partition)
        }
      </div>`,
  };
}

interface KindCount {
  kind: string;
  entities: number;
}

function countKinds({ datastore }: ConsoleDeps, partition: Partition): KindCount[] {
  const { spaces, entities } = datastore.engine.disk;
  return spaces
    .names(partition)
    .flatMap(([type, kind]) => {
      if (type !== 'kind') return [];
      const from = spaces.prefix(partition, ['kind', kind]);
      return { kind, entities: entities.count({ from, to: prefixEnd(from)! }, MOST_COUNTED) };
    })
    .filter(({ entities }) => entities > 0)
    .sort((a, b) => a.kind.localeCompare(b.kind));
}

const kindTable = (kinds: KindCount[], partition: Partition) =>
  html`<div class="table narrow">
    <table>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col" class="number">Entities</th>
        </tr>
      </thead>
      <tbody>
        ${kinds.map(
          ({ kind, entities }) =>
            html`<tr>
              <th scope="row">
                <a href="${linkTo('/datastore/kind', { kind, ...partitionQuery(partition) })}">${kind}</a>
              </th>
              <td class="number">${entities.toLocaleString('en')}${entities === MOST_COUNTED && ' or more'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Links to the other namespaces and databases that have held entities. */
function chooser({ datastore, projectId }: ConsoleDeps, current: Partition): Content {
  const others = datastore.engine.disk.spaces.partitions().filter((partition) => partition.projectId === projectId);
  if (others.length < 2 && current.namespaceId === '' && current.databaseId === '') return undefined;
  const isCurrent = ({ databaseId, namespaceId }: Partition) =>
    databaseId === current.databaseId && namespaceId === current.namespaceId;
  return html`<nav class="chooser" aria-label="Namespaces">
    <span class="soft">Namespace</span>
    ${others.map(
      (partition) =>
        html`<a
          href="${linkTo('/datastore', partitionQuery(partition))}"
          ${isCurrent(partition) && html`aria-current="page"`}
          >${partitionWords(partition)}</a
        > `,
    )}
  </nav>`;
}

const partitionWords = ({ databaseId, namespaceId }: Partition) =>
  [databaseId && `database ${databaseId}`, namespaceId || 'default'].filter(Boolean).join(', ');
