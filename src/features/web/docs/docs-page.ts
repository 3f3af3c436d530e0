import type { ApiDocument } from './api-document.ts';
import { guide } from './guide.ts';
import { operationArticle, type Endpoint } from './docs-operation.ts';
import { schemaAnchor, schemaBlock } from './docs-schema.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { prose } from './prose.ts';

/** In characters. */
export const LONGEST_SEARCH = 100;

/**
 * Renders the API as a page: a guide with examples, and of the OpenAPI document contents, operations by tag, and the schemas
 * that they share. A search shows the operations that have all its words, and nothing else.
 */
export function renderDocs({ info, paths, components }: ApiDocument, search = ''): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const endpoints = all.filter((endpoint) => hasWords(endpoint, search));
  return renderPage({
    title: search === '' ? 'API documentation' : `${search} · API documentation`,
    main: html`<div class="docs">
      <h1>${info.title} API, version ${info.version}</h1>
      ${search === '' && html`${introduction(info)} ${guide()}`}
      <docs-search>
        <h2 id="reference">Reference</h2>
        ${searchForm(search)}
        <p class="hint" role="status">${found(endpoints.length, search)}</p>
        ${contents(endpoints)} ${byTag(endpoints).map(tagSection)}
      </docs-search>
      ${search === '' && sharedSchemas(components)}
    </div>`,
  });
}

const introduction = ({ description }: ApiDocument['info']): Content =>
  html`<p>${description !== undefined && prose(description)}</p>
    <p>
      Below stand a guide and the <a href="#reference">reference</a>, which has a search. The same for programs:
      <a href="/openapi.json">openapi.json</a>. Errors are <a href="#${schemaAnchor('Problem')}">problems</a> as in RFC
      9457.
    </p>`;

/** The script of the page compares the same texts, as the article shows them. */
const hasWords = ({ method, path, operation }: Endpoint, search: string) => {
  const text = `${method} ${path} ${operation.summary} ${operation.tags.join(' ')}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

const searchForm = (search: string): Content =>
  html`<form class="search" role="search" action="/docs#reference">
    <input
      type="search"
      name="q"
      value="${search}"
      maxlength="${LONGEST_SEARCH}"
      placeholder="album, upload, delete …"
      aria-label="Search operations"
      autocomplete="off"
    />
    <button class="quiet">Search</button>
  </form>`;

function found(count: number, search: string): Content {
  if (search === '') return `${count} operations.`;
  const all = html`<a href="/docs#reference">See all operations.</a>`;
  if (count === 0) return html`No operation has these words. ${all}`;
  return html`${count} ${count === 1 ? 'operation has' : 'operations have'} these words. ${all}`;
}

const contents = (endpoints: readonly Endpoint[]): Content =>
  html`<nav aria-label="Contents">
    <ul class="contents">
      ${endpoints.map(
        ({ method, path, operation }) =>
          html`<li><a href="#${operation.operationId}">${method.toUpperCase()} ${path}</a></li> `,
      )}
    </ul>
  </nav>`;

const tagOf = ({ operation }: Endpoint) => operation.tags[0] ?? 'other';

const byTag = (endpoints: readonly Endpoint[]) => [...Map.groupBy(endpoints, tagOf)];

const tagSection = ([tag, endpoints]: [string, Endpoint[]]): Content =>
  html`<section aria-labelledby="tag-${tag}">
    <h2 id="tag-${tag}">${tag}</h2>
    ${endpoints.map(operationArticle)}
  </section>`;

const sharedSchemas = ({ schemas }: ApiDocument['components']): Content =>
  html`<section aria-labelledby="shapes">
    <h2 id="shapes">Shapes</h2>
    ${Object.entries(schemas).map(
      ([name, schema]) =>
        html`<article class="panel" id="${schemaAnchor(name)}">
          <h3>${name}</h3>
          ${schema.description !== undefined && html`<p>${prose(schema.description)}</p>`} ${schemaBlock(schema)}
        </article>`,
    )}
  </section>`;
