import { html, type Content } from '../../../runtime/html.ts';
import { prefixEnd } from '../../datastore/encoding/ordered-bytes.ts';
import { describeIndex, type CompositeIndex } from '../../datastore/indexes/composite-index.ts';
import type { RefusedQuery } from '../../datastore/indexes/index-use.ts';
import type { UsedIndex } from '../../datastore/query/index-choice.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { queryWords } from '../requests/call-words.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { timeOf } from '../words.ts';
import { partitionIn, partitionQuery } from './entity-key.ts';
import { datastoreTabs } from './tabs.ts';

/** More rows are not counted, so that the page is quick. */
const MOST_COUNTED = 10_000;

/** The declared and the automatic indexes with the queries that used them, and the queries that found none. */
export function indexesPage(deps: ConsoleDeps, { query }: Asked): Page {
  const partition = partitionIn(deps, query);
  const { indexUse, disk } = deps.datastore.engine;
  return {
    title: 'Indexes',
    main: html`<h1>Datastore</h1>
      ${datastoreTabs('/datastore/indexes', partition)}
      <p class="soft">Queries are counted since ${timeOf(indexUse.sinceMs)}. Queries of the console do not count.</p>
      ${refusedSection(indexUse.refused())}
      <h2>Declared in index.yaml</h2>
      ${
        disk.indexes.length === 0
          ? html`<p class="empty">No composite index is declared.</p>`
          : declaredTable(deps, partition)
      }
      <h2>Automatic, of one property</h2>
      ${automaticTable(deps, partition)}`,
  };
}

const refusedSection = (refused: readonly RefusedQuery[]): Content =>
  refused.length > 0 &&
  html`<h2>Refused queries</h2>
    ${refused.map(
      ({ query, needed, atMs }, at) =>
        html`<section class="fault">
          <p>${timeOf(atMs)} <span class="mono">${queryWords(query)}</span></p>
          <p>This query needs an index. Add it to <code>indexes</code> in index.yaml and restart:</p>
          <pre class="code" id="needed-${at}" tabindex="0">${`\n${describeIndex(needed)}`}</pre>
          <button type="button" data-copy="needed-${at}" hidden>Copy</button>
        </section>`,
    )}`;

function declaredTable({ datastore }: ConsoleDeps, partition: Partition): Content {
  const { disk, indexUse } = datastore.engine;
  const rowsOf = (index: CompositeIndex) => {
    const from = disk.spaces.prefix(partition, ['composite', index.kind, describeIndex(index)]);
    return disk.entities.count({ from, to: prefixEnd(from)! }, MOST_COUNTED);
  };
  return html`<div class="table" role="region" aria-label="Declared indexes" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Properties</th>
          <th scope="col" class="number">Rows</th>
          ${USE_HEADS}
        </tr>
      </thead>
      <tbody>
        ${usedFirst(disk.indexes.map((index) => ({ index, use: indexUse.of(index) }))).map(({ index, use }) => {
          const rows = rowsOf(index);
          return html`<tr>
            <th scope="row">${kindLink(index.kind, partition)}</th>
            <td class="mono">${propertyWords(index)}</td>
            <td class="number">${rows.toLocaleString('en')}${rows === MOST_COUNTED && ' or more'}</td>
            ${useCells(use)}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Those with most queries first, the others in the order given. */
const usedFirst = <T extends { use: { queries: number } | undefined }>(indexes: T[]): T[] =>
  indexes.toSorted((a, b) => (b.use?.queries ?? 0) - (a.use?.queries ?? 0));

const propertyWords = ({ ancestor, properties }: CompositeIndex) =>
  [
    ...(ancestor ? ['ancestor'] : []),
    ...properties.map(({ name, direction }) => (direction === 'desc' ? `${name} desc` : name)),
  ].join(', ');

const USE_HEADS = html`<th scope="col" class="number">Queries</th>
  <th scope="col">Last used</th>`;

const useCells = (use: { queries: number; lastMs: number } | undefined) =>
  use
    ? html`<td class="number">${use.queries.toLocaleString('en')}</td>
        <td class="once">${timeOf(use.lastMs)}</td>`
    : html`<td class="number">0</td>
        <td class="soft once">not used</td>`;

const kindLink = (kind: string, partition: Partition) =>
  html`<a href="${linkTo('/datastore/kind', { kind, ...partitionQuery(partition) })}">${kind}</a>`;

/** Each indexed property costs a row for each entity, so that those are listed too that no query has used. */
function automaticTable({ datastore }: ConsoleDeps, partition: Partition): Content {
  const { disk, indexUse } = datastore.engine;
  const automatic = disk.spaces.names(partition).flatMap(([type, kind, property]) => {
    if (type !== 'property') return [];
    const from = disk.spaces.prefix(partition, [type, kind, property]);
    if (disk.entities.count({ from, to: prefixEnd(from)! }, 1) === 0) return [];
    return { kind, property, use: indexUse.of({ kind, property } satisfies UsedIndex) };
  });
  if (automatic.length === 0) return html`<p class="empty">No entity has an indexed property.</p>`;
  const sorted = automatic.sort((a, b) => a.kind.localeCompare(b.kind) || a.property.localeCompare(b.property));
  return html`<div class="table" role="region" aria-label="Automatic indexes" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Property</th>
          ${USE_HEADS}
        </tr>
      </thead>
      <tbody>
        ${usedFirst(sorted).map(
          ({ kind, property, use }) =>
            html`<tr>
              <th scope="row">${kindLink(kind, partition)}</th>
              <td class="mono">${property}</td>
              ${useCells(use)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
