import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closedDocument } from '../support/closed-document.ts';
import { LINES, LOCAL_ONLY } from '../security/route-lines.ts';
import type { JsonSchema } from './values.ts';

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema: JsonSchema;
}

interface Responses {
  [status: string]: { content?: Record<string, { schema?: object }> };
}

/** One method of one address. `responses` is absent where the document does not describe it. */
export interface Operation {
  method: string;
  /** As OpenAPI writes it: `/v1/photos/{id}`. */
  path: string;
  parameters: Parameter[];
  body?: { type: string; schema: JsonSchema } | undefined;
  responses?: Responses;
}

/** What the service says of itself, and the check of replies against it. */
export interface Api {
  operations: Operation[];
  schemas: Record<string, JsonSchema>;
  /** What is wrong with a body of this type by its schema; undefined when nothing is, or when there is no schema. */
  faultsOf(operation: Operation, reply: { status: number; type: string; body: unknown }): string | undefined;
}

interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Responses;
}

/** Reads the OpenAPI document of a running app. Routes that it leaves out come from the table of the matrix. */
export async function readApi(url: string): Promise<Api> {
  const reply = await fetch(`${url}/openapi.json`);
  const document = (await reply.json()) as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, JsonSchema> };
  };
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => operationOf(method.toUpperCase(), path, each)),
  );
  const known = new Set(described.map(({ method, path }) => `${method} ${path}`));
  const others = [...Object.keys(LINES), ...LOCAL_ONLY].map(undescribed);
  const validators = createValidators(document);
  return {
    operations: [...described, ...others.filter(({ method, path }) => !known.has(`${method} ${path}`))],
    schemas: document.components.schemas,
    faultsOf(operation, reply) {
      const validate = validators(operation, reply.status, reply.type);
      if (!validate || validate(reply.body)) return undefined;
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ');
    },
  };
}

function operationOf(method: string, path: string, { parameters = [], requestBody, responses }: Described): Operation {
  const [content] = Object.entries(requestBody?.content ?? {});
  return { method, path, parameters, body: content && { type: content[0], schema: content[1].schema }, responses };
}

function undescribed(route: string): Operation {
  const [method = '', express = ''] = route.split(' ');
  const path = express.replaceAll(/:(\w+)/g, '{$1}');
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
  const parameters = names.map((name): Parameter => ({ in: 'path', name, required: true, schema: { type: 'string' } }));
  return { method, path, parameters };
}

function createValidators(document: object) {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  addFormats.default(ajv);
  ajv.addFormat('binary', true).addSchema(closedDocument(document), 'api');
  const made = new Map<string, ValidateFunction | undefined>();
  return ({ method, path, responses }: Operation, status: number, type: string) => {
    if (!responses?.[status]?.content?.[type]?.schema) return undefined;
    const keys = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
    const pointer = keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    if (!made.has(pointer)) made.set(pointer, ajv.compile({ $ref: `api#/${pointer}` }));
    return made.get(pointer);
  };
}
