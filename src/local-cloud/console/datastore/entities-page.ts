import { html, type Content } from '../../../runtime/html.ts';
import type { Entity, Filter, Key, PropertyFilter, Query, Value } from '../../datastore/protocol.ts';
import type { StoredEntity } from '../../datastore/store/entity-store.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { bytesInWords, timeOf } from '../words.ts';
import { entityLink, keyWords, partitionIn, partitionQuery, readKey } from './entity-key.ts';
import { valuesFor } from './typed-text.ts';
import { valueInWords } from './value-words.ts';

const PAGE_SIZE = 50;

/** What the page lists, as its query says it. */
interface Listed {
  partition: Partition;
  kind: string | undefined;
  property: string | undefined;
  value: string;
  /** Entities below this one, and itself. */
  ancestor: string | undefined;
  cursor: string | undefined;
}

/** The entities of a kind, or those below an entity, page by page; with a filter only those with a value. */
export function entitiesPage(deps: ConsoleDeps, { query }: Asked): Page {
  const listed: Listed = {
    partition: partitionIn(deps, query),
    kind: query.get('kind') || undefined,
    property: query.get('property')?.trim() || undefined,
    value: query.get('value') ?? '',
    ancestor: query.get('ancestor') || undefined,
    cursor: query.get('cursor') ?? undefined,
  };
  const ancestor = listed.ancestor === undefined ? undefined : readKey(listed.ancestor, listed.partition);
  const { entities, next } = read(deps, listed, ancestor);
  const title = listed.kind ?? 'Entities';
  return {
    title,
    main: html`<nav aria-label="Path">
        <ol class="trail">
          <li><a href="${linkTo('/datastore', partitionQuery(listed.partition))}">Datastore</a></li>
        </ol>
      </nav>
      <h1>${title}</h1>
      ${
        ancestor &&
        html`<p>
          Below <a href="${entityLink(ancestor, listed.partition)}">${keyWords(ancestor)}</a>, and that entity.
        </p>`
      }
      ${filterForm(deps, listed)}
      ${entities.length === 0 ? emptyNotice(listed) : entityTable(entities, listed.partition)} ${paging(listed, next)}`,
  };
}

interface Listing {
  entities: { entity: Entity; stored: StoredEntity }[];
  /** The cursor of the next page, if there is one. */
  next: string | undefined;
}

function read({ datastore, projectId }: ConsoleDeps, listed: Listed, ancestor: Key | undefined): Listing {
  const { partition, kind, cursor } = listed;
  const query: Query = {
    ...(kind !== undefined && { kind: [{ name: kind }] }),
    ...(cursor !== undefined && { startCursor: Buffer.from(cursor, 'base64url') }),
    filter: allOf([...ancestorFilter(ancestor), ...valueFilter(listed)]),
    limit: { value: PAGE_SIZE },
  };
  const { engine } = datastore;
  const batch = engine.inspect({ projectId, databaseId: partition.databaseId, partitionId: partition, query });
  const entities = batch.results.flatMap(({ stored }) =>
    stored ? { entity: engine.disk.codec.decode(stored.data), stored } : [],
  );
  const more = batch.more === 'MORE_RESULTS_AFTER_LIMIT' || batch.more === 'NOT_FINISHED';
  return { entities, next: more ? batch.endCursor.toString('base64url') : undefined };
}

const ancestorFilter = (ancestor: Key | undefined): PropertyFilter[] =>
  ancestor
    ? [{ property: { name: '__key__' }, op: 'HAS_ANCESTOR', value: { valueType: 'keyValue', keyValue: ancestor } }]
    : [];

/** The text may stand for several values: `1` for a text and for a number. */
function valueFilter({ property, value, partition }: Listed): PropertyFilter[] {
  if (property === undefined) return [];
  if (property === '__key__') {
    const keyValue = readKey(value, partition);
    return [{ property: { name: property }, op: 'EQUAL', value: { valueType: 'keyValue', keyValue } }];
  }
  const values = valuesFor(value, partition);
  return [{ property: { name: property }, op: 'IN', value: { valueType: 'arrayValue', arrayValue: { values } } }];
}

function allOf(filters: PropertyFilter[]): Filter | null {
  if (filters.length === 0) return null;
  const parts = filters.map((propertyFilter): Filter => ({ filterType: 'propertyFilter', propertyFilter }));
  return { filterType: 'compositeFilter', compositeFilter: { op: 'AND', filters: parts } };
}

function filterForm({ datastore }: ConsoleDeps, { partition, kind, property, value, ancestor }: Listed): Content {
  if (kind === undefined) return undefined;
  const names = datastore.engine.disk.spaces
    .names(partition)
    .flatMap(([type, of, name]) => (type === 'property' && of === kind ? [name] : []))
    .sort();
  const { db, ns } = partitionQuery(partition);
  const hidden = { kind, ancestor, db, ns };
  return html`<form class="fields" method="get" action="/datastore/kind">
    ${Object.entries(hidden).map(
      ([name, text]) => text !== undefined && html`<input type="hidden" name="${name}" value="${text}" />`,
    )}
    <label
      >Property
      <input name="property" list="properties" value="${property ?? ''}" autocomplete="off" autocapitalize="none" />
    </label>
    <datalist id="properties">${names.map((name) => html`<option value="${name}"></option>`)}</datalist>
    <label>is <input name="value" value="${value}" autocomplete="off" autocapitalize="none" /></label>
    <button class="main">Filter</button>
    ${property !== undefined && html`<a class="button" href="${linkTo('/datastore/kind', hidden)}">Show all</a>`}
  </form>`;
}

const emptyNotice = ({ property }: Listed) =>
  property === undefined
    ? html`<p class="empty">There are no entities here.</p>`
    : html`<p class="empty">
        No entity has this value of ${property}. Only indexed properties are found by their values.
      </p>`;

const entityTable = (entities: Listing['entities'], partition: Partition) =>
  html`<div class="table" role="region" aria-label="Entities" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Properties</th>
          <th scope="col" class="number">Size</th>
          <th scope="col">Written</th>
        </tr>
      </thead>
      <tbody>
        ${entities.map(
          ({ entity, stored }) =>
            html`<tr>
              <th scope="row" class="mono">
                ${entity.key && html`<a href="${entityLink(entity.key, partition)}">${keyWords(entity.key)}</a>`}
              </th>
              <td class="mono">${preview(entity)}</td>
              <td class="number">${bytesInWords(stored.data.length)}</td>
              <td class="once">${timeOf(stored.version / 1000)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Characters of a value in the list. */
const PREVIEW_LENGTH = 160;
const MOST_PREVIEWED = 5;

function preview({ properties = {} }: Entity): Content {
  // JSON texts first: they tell most.
  const all = Object.entries(properties).sort(
    ([a, left], [b, right]) => Number(isJson(right)) - Number(isJson(left)) || a.localeCompare(b),
  );
  const shown = all.slice(0, MOST_PREVIEWED);
  return html`${shown.map(
    ([name, value]) =>
      html`<div class="preview"><span class="soft">${name}</span> ${valueInWords(value, PREVIEW_LENGTH)}</div>`,
  )}${all.length > MOST_PREVIEWED && html`<div class="soft">and ${all.length - MOST_PREVIEWED} more</div>`}`;
}

const isJson = (value: Value) => value.valueType === 'stringValue' && value.stringValue.startsWith('{');

function paging({ partition, kind, property, value, ancestor, cursor }: Listed, next: string | undefined): Content {
  if (next === undefined && cursor === undefined) return undefined;
  const query = { kind, property, value: property && value, ancestor, ...partitionQuery(partition) };
  return html`<nav class="pages" aria-label="Pages">
    ${cursor !== undefined && html`<a class="button" href="${linkTo('/datastore/kind', query)}">First page</a>`}
    ${
      next !== undefined &&
      html`<a class="button" href="${linkTo('/datastore/kind', { ...query, cursor: next })}">Next page</a>`
    }
  </nav>`;
}
