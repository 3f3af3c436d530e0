import type { ErrorCode } from '../../../runtime/errors.ts';
import { exampleComposer, type ExampleSchema } from './compose-example.ts';
import { FIELD_EXAMPLES, PICTURE_URL } from './field-examples.ts';
import { problemExamples } from './problem-examples.ts';

interface Media {
  schema?: ExampleSchema;
  example?: unknown;
  examples?: Record<string, { externalValue?: string; $ref?: string; summary?: string }>;
}

interface Parameter {
  in: string;
  name: string;
  schema?: ExampleSchema;
  example?: unknown;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/** The parts of a document that get examples. */
interface Described {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, ExampleSchema>; examples?: object };
}

/** Adds an example to each body and parameter of a document, and returns the document. */
export function addExamples<Document extends object>(document: Document): Document {
  const { paths = {}, components = {} } = document as Described;
  const compose = exampleComposer(components.schemas ?? {});
  const codes = new Set<ErrorCode>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const operation of Object.values(methods)) {
      for (const parameter of operation.parameters ?? []) describe(parameter, exampleOf(parameter, path, operation));
      for (const { scopes, type, media } of bodiesOf(operation)) describe(media, bodyExample(media, type, scopes));
      for (const code of codesOf(operation)) codes.add(code);
    }
  }
  components.examples = problemExamples([...codes].sort());
  return document;

  function bodyExample(media: Media, type: string, scopes: string[]): unknown {
    if (media.examples) return undefined;
    if (media.schema) return compose(media.schema, scopes);
    const named = FIELD_EXAMPLES[scopes[0] ?? ''];
    if (named !== undefined) return named;
    if (type === '*/*') return FIELD_EXAMPLES['image'];
    // OpenAPI 3.1, Example Object: a URL of what JSON cannot hold.
    media.examples = { picture: { summary: 'The bytes of a picture.', externalValue: PICTURE_URL } };
    return undefined;
  }

  function exampleOf({ in: place, name, schema = {} }: Parameter, path: string, { operationId }: Operation): unknown {
    const [, segment] = new RegExp(`/([^/]+)/\\{${name}\\}`).exec(path) ?? [];
    return compose(schema, [place === 'path' && segment !== undefined ? segment : operationId], name);
  }
}

function describe(described: { example?: unknown }, example: unknown): void {
  if (example !== undefined) described.example ??= example;
}

const bodiesOf = ({ operationId, requestBody, responses }: Operation) =>
  [['Body', requestBody] as const, ...Object.entries(responses)].flatMap(([status, body]) =>
    Object.entries(body?.content ?? {}).map(([type, media]) => {
      const scopes = [operationId + status, operationId];
      return { scopes, type, media };
    }),
  );

/** Problems of an operation are references to the examples of their codes. */
const codesOf = ({ responses }: Operation) =>
  Object.values(responses).flatMap(({ content = {} }) =>
    Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples).filter((name) => examples[name]?.$ref)),
  ) as ErrorCode[];
