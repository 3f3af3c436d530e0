import type { Schema } from './api-document.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { prose } from './prose.ts';

/** A field or parameter in a table. */
interface Fact {
  name: string;
  schema: Schema;
  required: boolean;
  /** Where a parameter is, unless it is in the body. */
  place?: string;
}

/** Renders fields or parameters with their types and descriptions. */
export function factTable(facts: readonly Fact[]): Content {
  return html`<dl class="facts">${facts.map(factRow)}</dl>`;
}

/** Renders the fields of an object, or the type of another schema. */
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

/** Returns the anchor of a shared schema on the page. */
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

/** Returns the object schema of a field: itself, in a list, or one of several alternatives. */
function objectIn(schema: Schema): Schema | undefined {
  return [schema, schema.items, ...(schema.anyOf ?? [])].find((part) => part?.properties);
}

function defaultOf({ default: value }: Schema): Content {
  if (value === undefined || value === '') return undefined;
  return html`<br /><small>If absent: <code>${JSON.stringify(value)}</code></small>`;
}

function schemaType(schema: Schema): Content {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return joined(schema.enum.map(literal));
  if (schema.anyOf)
    return isOpen(schema.anyOf)
      ? html`${schemaType(schema.anyOf[0] ?? {})} or others`
      : joined(schema.anyOf.map(schemaType));
  if (schema.oneOf) return joined(schema.oneOf.map(schemaType));
  if (schema.items) return html`list of ${schemaType(schema.items)}`;
  const types = [schema.type ?? 'anything'].flat();
  return html`${types.join(' or ')}${schema.format !== undefined && html` (${schema.format})`}`;
}

/** Known alternatives, and beside them whatever a later version adds. */
const isOpen = ([known]: readonly Schema[]) => known?.enum !== undefined || known?.oneOf !== undefined;

const literal = (value: unknown): Content => html`<code>${JSON.stringify(value)}</code>`;

function reference(pointer: string): Content {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  return html`<a href="/docs#${schemaAnchor(name)}">${name}</a>`;
}

const joined = (parts: Content[]): Content => parts.map((part, at) => (at === 0 ? part : html` or ${part}`));
