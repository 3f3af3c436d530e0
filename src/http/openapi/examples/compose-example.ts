import { FIELD_EXAMPLES, LEFT_OUT } from './field-examples.ts';

/** The parts of a JSON schema that an example is made of. */
export interface ExampleSchema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, ExampleSchema>;
  items?: ExampleSchema;
  anyOf?: readonly ExampleSchema[];
  oneOf?: readonly ExampleSchema[];
}

/**
 * Returns a function that composes the examples of fields to that of a schema. The most exact name counts: those of the
 * scopes (an operation), then that of the schema (`Album.id`), then the field's own (`id`). A value of another type than
 * that of the schema is passed over, so that one name may stand for a number here and for a text there.
 */
export function exampleComposer(schemas: Readonly<Record<string, ExampleSchema>>) {
  return (schema: ExampleSchema, scopes: readonly string[], name = '') => composeIn(schemas, scopes)(schema, '', name);
}

function composeIn(schemas: Readonly<Record<string, ExampleSchema>>, scopes: readonly string[]) {
  /** `owner` is the nearest schema with a name, and `name` that of the field. */
  function compose(schema: ExampleSchema, owner: string, name: string): unknown {
    const exact = [...scopes, owner].map((scope) => FIELD_EXAMPLES[`${scope}.${name}`]);
    const own = exact.find((value) => value !== undefined && (schema.$ref !== undefined || isOfType(value, schema)));
    if (own !== undefined) return own;
    if (schema.$ref !== undefined) return composeNamed(nameIn(schema.$ref), name);
    if (schema.const !== undefined) return schema.const;
    const common = FIELD_EXAMPLES[name];
    if (common !== undefined && isOfType(common, schema)) return common;
    if (schema.enum) return schema.enum[0];
    const [alternative] = alternativesOf(schema);
    if (alternative) return compose(alternative, owner, name);
    if (schema.items) return composeList(schema.items, owner, name);
    if (schema.properties) return composeFields(schema.properties, owner);
    return [schema.type].flat().includes('null') ? null : undefined;
  }

  function composeNamed(schemaName: string, name: string): unknown {
    const schema = schemas[schemaName] ?? {};
    // A text with a name of its own, such as a handle, is still a field.
    return FIELD_EXAMPLES[schemaName] ?? compose(schema, schemaName, schema.properties ? '' : name);
  }

  /** One item of each kind. */
  function composeList(items: ExampleSchema, owner: string, name: string): unknown[] {
    const named = items.$ref === undefined ? undefined : schemas[nameIn(items.$ref)];
    const kinds = alternativesOf(named ?? items).filter(isObject);
    return (kinds.length > 0 ? kinds : [items]).map((item) => compose(item, owner, name));
  }

  const composeFields = (properties: Record<string, ExampleSchema>, owner: string) =>
    Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => ![...scopes, owner].some((scope) => LEFT_OUT.has(`${scope}.${name}`)))
        .map(([name, field]) => [name, compose(field, owner, name)]),
    );

  return compose;
}

/** The alternatives that the document knows: neither null, nor what later versions may add. */
function alternativesOf({ anyOf, oneOf = anyOf }: ExampleSchema): ExampleSchema[] {
  const [first, ...others] = oneOf ?? [];
  const isOpen = first?.oneOf !== undefined || first?.enum !== undefined;
  const known = isOpen ? alternativesOr(first) : [first, ...others];
  return known.filter((schema) => schema !== undefined && schema.type !== 'null') as ExampleSchema[];
}

const alternativesOr = (schema: ExampleSchema) => (schema.oneOf ? alternativesOf(schema) : [schema]);

const isObject = ({ $ref, properties }: ExampleSchema) => $ref !== undefined || properties !== undefined;

function isOfType(value: unknown, schema: ExampleSchema): boolean {
  const { $ref, type, items, properties, anyOf = [] } = schema;
  if (anyOf.some((alternative) => isOfType(value, alternative))) return true;
  if (Array.isArray(value)) return items !== undefined && value.every((item) => isOfType(item, items));
  if (value !== null && typeof value === 'object') return $ref !== undefined || properties !== undefined;
  if (value === null) return [type].flat().includes('null');
  if ('const' in schema || schema.enum) return [schema.const, ...(schema.enum ?? [])].includes(value);
  const name = typeof value === 'number' ? /^(integer|number)$/ : new RegExp(`^${typeof value}$`);
  return [type].flat().some((each) => each !== undefined && name.test(each));
}

const nameIn = (pointer: string) => pointer.slice(pointer.lastIndexOf('/') + 1);
