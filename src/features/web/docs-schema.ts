import type { Schema } from './api-document.ts';
import { html, type Content } from '../../runtime/html.ts';
import { prose } from './prose.ts';

/** One row of a table of fields or parameters. */
export interface Fact {
  name: string;
  schema: Schema;
  required: boolean;
  /** Where a parameter stands, when that is not the body. */
  place?: string;
}

/** Named values with their types and what they mean. */
export function factTable(facts: readonly Fact[]): Content {
  return html`<dl class="facts">${facts.map(factRow)}</dl>`;
}

/** The fields of an object, or what a schema of any other kind is. */
export function schemaBlock(schema: Schema): Content {
  const { properties } = schema;
  if (!properties) return html`<p>${schemaType(schema)}</p>`;
  return factTable(
    Object.entries(properties).map(([name, field]) => ({
      name,
      schema: field,
      required: schema.required?.includes(name) ?? false,
    })),
  );
}

/** Where the page tells of a shared schema. */
export const schemaAnchor = (name: string) => `schema-${name}`;

function factRow({ name, schema, required, place }: Fact): Content {
  const fields = objectIn(schema);
  return html`<dt>
      <code>${name}</code>
      ${place !== undefined && html`<small>${place}</small>`}
    </dt>
    <dd>
      ${schemaType(schema)}${!required && html` <small>optional</small>`}
      ${schema.description !== undefined && html`<br />${prose(schema.description)}`} ${defaultOf(schema)}
      ${fields && schemaBlock(fields)}
    </dd>`;
}

/** The object that a field holds: itself, in a list, or as one of several possibilities. */
function objectIn(schema: Schema): Schema | undefined {
  return [schema, schema.items, ...(schema.anyOf ?? [])].find((part) => part?.properties);
}

function defaultOf({ default: value }: Schema): Content {
  if (value === undefined || value === '') return undefined;
  return html`<br /><small>If absent: <code>${JSON.stringify(value)}</code></small>`;
}

function schemaType(schema: Schema): Content {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  if (schema.enum) return joined(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  if (schema.anyOf) return joined(schema.anyOf.map(schemaType));
  if (schema.items) return html`list of ${schemaType(schema.items)}`;
  const types = [schema.type ?? 'anything'].flat();
  return html`${types.join(' or ')}${schema.format !== undefined && html` (${schema.format})`}`;
}

function reference(pointer: string): Content {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  return html`<a href="#${schemaAnchor(name)}">${name}</a>`;
}

const joined = (parts: Content[]): Content => parts.map((part, at) => (at === 0 ? part : html` or ${part}`));
