import type { ApiDocument } from './api-document.ts';
import { guide } from './guide.ts';
import { operationArticle, type Endpoint } from './docs-operation.ts';
import { schemaAnchor, schemaBlock } from './docs-schema.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { prose } from './prose.ts';

/** Renders the API as a page: a guide with examples, and of the OpenAPI document contents, operations by tag, and the schemas that they share. */
export function renderDocs({ info, paths, components }: ApiDocument): string {
  const endpoints = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  return renderPage({
    title: 'API documentation',
    main: html`<div class="docs">
      <h1>${info.title} API, version ${info.version}</h1>
      <p>${info.description !== undefined && prose(info.description)}</p>
      <p>
        The same for programs: <a href="/openapi.json">openapi.json</a>. Errors are
        <a href="#${schemaAnchor('Problem')}">problems</a> as in RFC 9457.
      </p>
      ${guide()}
      <h2>Reference</h2>
      ${contents(endpoints)} ${byTag(endpoints).map(tagSection)} ${sharedSchemas(components)}
    </div>`,
  });
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
