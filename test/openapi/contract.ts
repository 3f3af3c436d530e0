/** A JSON schema, as far as the contract goes into it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
  [constraint: string]: unknown;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content; headers?: object }>;
}

export interface Api {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/**
 * What clients rely on, a fact a line: `GET /v1/me out 200 application/json` is `#Me`, and `out Me.handle` is a string. What
 * is `in` is sent by clients, what is `out` is sent to them. A value lists the types that there may be, and `optional`.
 */
export type Contract = Record<string, string[]>;

/** Headers of every reply, and of replies to clients that send too much. */
const COMMON_HEADERS = new Set(['X-Request-Id', 'RateLimit', 'RateLimit-Policy']);

const CONSTRAINTS = [
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
] as const;

/** Reduces an OpenAPI document to its contract. Texts, examples and errors are not part of it. */
export function contractOf({ paths, components }: Api): Contract {
  const contract: Contract = {};
  const named = new Set<string>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods))
      addOperation(`${method.toUpperCase()} ${path}`, operation);
  }
  // A set also visits what is added to it meanwhile.
  for (const key of named) {
    const [, name = ''] = key.split(' ');
    const schema = components.schemas[name] ?? {};
    addParts(key, schema);
    // The fields of an object are facts of their own.
    if (schema.type !== 'object') contract[key] = typesOf(schema, key);
  }
  return Object.fromEntries(Object.entries(contract).sort(([a], [b]) => (a < b ? -1 : 1)));

  function addOperation(name: string, { parameters = [], requestBody, responses }: Operation): void {
    contract[name] = [];
    for (const { in: place, name: parameter, required = false, schema = {} } of parameters) {
      add(`${name} in ${place} ${parameter}`, schema, required);
    }
    for (const [type, { schema = {} }] of Object.entries(requestBody?.content ?? {})) {
      add(`${name} in body ${type}`, schema, true);
    }
    for (const [status, { content = {}, headers = {} }] of Object.entries(responses)) {
      if (Number(status) < 400) addReply(`${name} out ${status}`, content, Object.keys(headers));
    }
  }

  function addReply(name: string, content: Content, headers: string[]): void {
    contract[name] = [];
    for (const [type, { schema = {} }] of Object.entries(content)) add(`${name} ${type}`, schema, true);
    for (const header of headers) if (!COMMON_HEADERS.has(header)) contract[`${name} header ${header}`] = [];
  }

  function add(key: string, schema: Schema, required: boolean): void {
    contract[key] = [...(required ? [] : ['optional']), ...typesOf(schema, key)];
    addParts(key, schema);
  }

  function addParts(key: string, schema: Schema): void {
    const { properties = {}, required = [], items, additionalProperties } = schema;
    for (const [name, field] of Object.entries(properties)) add(`${key}.${name}`, field, required.includes(name));
    if (items) add(`${key}[]`, items, true);
    if (typeof additionalProperties === 'object') add(`${key}{}`, additionalProperties, true);
    const alternatives = schema.anyOf ?? schema.oneOf ?? [];
    for (const [at, alternative] of alternatives.entries()) addParts(`${key}|${at + 1}`, alternative);
  }

  function typesOf(schema: Schema, key: string): string[] {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
      named.add(`${/(?:^| )(in|out) /.exec(key)?.[1]} ${name}`);
      return [`#${name}`];
    }
    if (schema.const !== undefined) return [JSON.stringify(schema.const)];
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value));
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return alternatives.flatMap((alternative, at) => numbered(typesOf(alternative, key), at + 1));
    const constraints = CONSTRAINTS.filter((name) => schema[name] !== undefined).map(
      (name) => `${name}=${String(schema[name])}`,
    );
    return [schema.type ?? 'anything'].flat().map((type) => [type, ...(type === 'null' ? [] : constraints)].join(' '));
  }
}

/** Objects without a name are told from each other by their places. */
const numbered = (types: string[], place: number) =>
  types.map((type) => (type === 'object' ? `object ${place}` : type));
