import type { Operation } from './api-document.ts';
import { exampleBlock } from './docs-example.ts';
import { factTable, schemaBlock } from './docs-schema.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { prose } from './prose.ts';

/** An operation with its method and path. */
export interface Endpoint {
  method: string;
  path: string;
  operation: Operation;
}

/** Renders all facts of one operation. */
export function operationArticle(endpoint: Endpoint): Content {
  const { method, path, operation } = endpoint;
  return html`<article class="panel" id="${operation.operationId}">
    <h3><span class="verb">${method.toUpperCase()}</span><code>${path}</code></h3>
    <p><span class="summary">${prose(operation.summary)}</span> ${accessOf(operation)}</p>
    ${parameters(operation)} ${requestBody(operation)} ${responses(operation)} ${exampleBlock(endpoint)}
  </article>`;
}

/** OpenAPI 3.1, Security Requirement Object: no requirement, or an empty one among others, makes a sign-in optional. */
function accessOf({ security }: Operation): Content {
  if (security.length === 0) return undefined;
  const optional = security.some((requirement) => Object.keys(requirement).length === 0);
  const [scope] = security.flatMap(({ token }) => token ?? []);
  return html`<small
    >${optional ? 'Signing in is optional.' : 'For signed-in users.'}
    ${scope === undefined ? 'Not by personal tokens.' : html`Scope of personal tokens: <code>${scope}</code>.`}</small
  >`;
}

function parameters({ parameters }: Operation): Content {
  if (parameters.length === 0) return undefined;
  const facts = parameters.map(({ name, in: place, required = false, schema = {}, description }) => ({
    name,
    place,
    required,
    schema: description === undefined ? schema : { ...schema, description },
  }));
  return html`<h4>Parameters</h4>
    ${factTable(facts)}`;
}

function requestBody({ requestBody }: Operation): Content {
  return Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) =>
      html`<h4>Body: <code>${type}</code></h4>
        ${schema && schemaBlock(schema)}`,
  );
}

function responses({ responses }: Operation): Content {
  const good = Object.entries(responses).filter(([status]) => Number(status) < 400);
  const bad = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return html`<h4>Replies</h4>
    ${good.map(reply)}
    <h4>Errors</h4>
    <dl class="facts">
      ${bad.map(
        ([status, { description }]) =>
          html`<dt>${status}</dt>
            <dd>${prose(description)}</dd>`,
      )}
    </dl>`;
}

function reply([status, { description, content = {} }]: [string, Operation['responses'][string]]): Content {
  return html`<p>${status} ${description}${Object.keys(content).map((type) => html`, <code>${type}</code>`)}</p>
    ${Object.values(content).map(({ schema }) => schema && schemaBlock(schema))}`;
}
