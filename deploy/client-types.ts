import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { format } from 'prettier';

type Schema = JSONSchema;

/** The parts of an OpenAPI document that the types of the client are made of. */
export interface DescribedApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  summary: string;
  parameters?: { in: string; name: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

type Content = Record<string, { schema?: Schema }>;

const HEAD = '/* Made of the OpenAPI document by `npm run client-types`. */';

const BYTES: Schema = { tsType: 'Blob' };
const NOTHING: Schema = { tsType: 'undefined' };

/** Writes the TypeScript of a document: its schemas by their names, and what each operation takes and answers. */
export async function writeClientTypes({ paths, components }: DescribedApi): Promise<string> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
  const root: Schema = {
    ...objectOf(Object.fromEntries(operations.map(([name, operation]) => [name, operationSchema(operation)]))),
    description: 'What each operation takes and answers, by its method and path.',
    definitions: components.schemas,
  };
  const types = await compile(rewritten(root), 'Operations', {
    additionalProperties: false,
    bannerComment: HEAD,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    format: false,
  });
  const keyed = operations.filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === IDEMPOTENCY_KEY));
  const names = keyed.map(([name]) => `'${name}'`).join(', ');
  const text = `${types.replaceAll(REFERENCED_BY, '').replaceAll(EMPTY_COMMENT, '')}
    /** Operations that take an \`${IDEMPOTENCY_KEY}\`. */
    export const KEYED_OPERATIONS: readonly (keyof Operations)[] = [${names}];`;
  return format(text, { parser: 'typescript', printWidth: 120, singleQuote: true });
}

/** What the compiler says of each definition, which says nothing of it. */
const REFERENCED_BY = / \* This \w+ was referenced by `Operations`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g;

const EMPTY_COMMENT = /\/\*\*\n \*\/\n/g;

const IDEMPOTENCY_KEY = 'Idempotency-Key';

function operationSchema({ summary, parameters = [], requestBody, responses }: Operation): Schema {
  const places = ['path', 'query', 'header'].flatMap((place) => {
    const inPlace = parameters.filter((parameter) => parameter.in === place);
    return inPlace.length === 0 ? [] : [[place, parametersSchema(inPlace)] as const];
  });
  const { [FORM]: form, ...bodies } = requestBody?.content ?? {};
  const replies = Object.entries(responses).filter(([status]) => status < '300');
  return {
    ...objectOf({
      ...Object.fromEntries(places),
      ...(form?.schema && { form: form.schema }),
      ...(Object.keys(bodies).length > 0 && { body: contentSchema(bodies) }),
      reply: oneOf(replies.map(([, { content = {} }]) => contentSchema(content))),
    }),
    description: summary,
  };
}

const FORM = 'multipart/form-data';

/** A body without a schema is bytes. */
function contentSchema(content: Content): Schema {
  const [described] = Object.values(content);
  return described ? (described.schema ?? BYTES) : NOTHING;
}

function parametersSchema(parameters: NonNullable<Operation['parameters']>): Schema {
  const described = parameters.map(({ name, schema, description }) => [name, { ...schema, description }] as const);
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return { type: 'object', properties: Object.fromEntries(described), required, additionalProperties: false };
}

const objectOf = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

function oneOf(schemas: Schema[]): Schema {
  const distinct = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]));
  return distinct.size === 1 ? (schemas[0] ?? NOTHING) : { anyOf: [...distinct.values()] };
}

/**
 * Gives references the place that they have for the compiler, takes files of forms for blobs, and keeps the known values
 * of an enum that may grow: TypeScript makes plain `string` of `'a' | string`.
 */
function rewritten(schema: Schema): Schema {
  const text = JSON.stringify(schema).replaceAll('#/components/schemas/', '#/definitions/');
  return JSON.parse(text, (_, value: unknown) => {
    if (!isObject(value)) return value;
    if (typeof value['$ref'] === 'string') return named(value);
    if (value['contentMediaType'] === 'application/octet-stream') return { ...value, ...BYTES };
    const { anyOf, oneOf: alternatives = anyOf } = value;
    if (!Array.isArray(alternatives) || !alternatives.some(isListed)) return value;
    return { ...value, [anyOf ? 'anyOf' : 'oneOf']: alternatives.map(openString) };
  });
}

/** The compiler makes a type of its own of a reference with a description beside it. */
function named({ $ref, ...beside }: Record<string, unknown>): unknown {
  return Object.keys(beside).length === 0 ? { $ref } : { ...beside, allOf: [{ $ref }] };
}

const isListed = (schema: unknown) => isObject(schema) && ('enum' in schema || 'const' in schema);

const openString = (schema: unknown): unknown =>
  isObject(schema) && schema['type'] === 'string' && !isListed(schema)
    ? { ...schema, tsType: '(string & {})' }
    : schema;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
