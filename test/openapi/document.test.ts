import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { closedDocument } from '../support/closed-document.ts';
import { startWorld } from '../support/world.ts';
import { breakingChanges } from './breaking-changes.ts';
import { contractOf, type Api, type Contract } from './contract.ts';
import { lintByRedocly, lintBySpectral } from './lint.ts';

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { $ref?: string; value?: unknown; externalValue?: string }>;
}

interface Operation {
  operationId: string;
  parameters?: { in: string; name: string; schema: object; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; examples: Record<string, { value: unknown }> };
}

const KEPT = join(import.meta.dirname, '../../docs/openapi-contract.json');
const PROBLEM = 'application/problem+json';

const world = await startWorld();
const published = (await (await fetch(`${world.url}/openapi.json`)).json()) as Document;
const document = closedDocument(published);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);

/** What is wrong with a value by a schema of the document. */
const faultsOf = createValidator(document);

test('every body of a request and a reply has an example that is valid by its schema', () => {
  const faults = operations.flatMap(({ method, path, operation: { requestBody, responses } }) =>
    [['body', requestBody] as const, ...Object.entries(responses)].flatMap(([place, body]) =>
      Object.entries(body?.content ?? {}).flatMap(([type, media]) => {
        const values = examplesOf(media);
        const schema = type === PROBLEM ? { $ref: '#/components/schemas/Problem' } : media.schema;
        const wrong = values.map((value) => schema && faultsOf(schema, value)).filter(Boolean);
        return (values.length === 0 ? ['has no example'] : wrong).map(
          (fault) => `${method} ${path} ${place} ${type}: ${fault}`,
        );
      }),
    ),
  );
  expect(faults).toEqual([]);
});

test('every parameter of a path has an example, and every example of a parameter is valid', () => {
  const parameters = operations.flatMap(({ operation }) => operation.parameters ?? []);
  const without = parameters.filter((parameter) => parameter.in === 'path' && parameter.example === undefined);
  const wrong = parameters.filter(({ schema, example }) => example !== undefined && faultsOf(schema, example));
  expect(without).toEqual([]);
  expect(wrong).toEqual([]);
});

test('the service takes every example of a JSON body that a request may have', async () => {
  const ben = await world.user('ben');
  const refused: string[] = [];
  for (const { method, path, operation } of operations) {
    const example = operation.requestBody?.content['application/json']?.example;
    if (example === undefined) continue;
    const reply = await fetch(world.url + filled(path, operation), {
      method: method.toUpperCase(),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${ben.token}` },
      body: JSON.stringify(example),
    });
    const text = await reply.text();
    // What the examples name does not exist here: a photo that is not found has passed the check of the body.
    if (text.includes('invalid-request') || reply.status >= 500) refused.push(`${method} ${path}: ${text}`);
  }
  expect(refused).toEqual([]);
});

test('Redocly and Spectral find nothing in the OpenAPI document, and find a fault that is put into it', async () => {
  const [[method, operation] = []] = Object.entries(published.paths['/v1/limits'] ?? {});
  const broken = {
    ...published,
    paths: { '/v1/a': { [`${method}`]: operation }, '/v1/b': { [`${method}`]: operation } },
  };
  const [redocly, spectral] = await Promise.all([lintByRedocly(published), lintBySpectral(published)]);
  expect({ redocly, spectral }).toEqual({ redocly: [], spectral: [] });
  const found = [await lintByRedocly(broken), await lintBySpectral(broken)].map(String);
  expect(found).toEqual([expect.stringContaining('operationId-unique'), expect.stringContaining('operationId-unique')]);
});

test('the OpenAPI document breaks nothing that the kept contract promises', async () => {
  const kept = JSON.parse(await readFile(KEPT, 'utf8')) as Contract;
  // Where a break is meant, `npm run openapi` accepts it.
  expect(breakingChanges(kept, contractOf(published as Api))).toEqual([]);
});

test('docs/openapi-contract.json is the contract of the OpenAPI document', async () => {
  const text = await format(JSON.stringify(contractOf(published as Api)), { parser: 'json', printWidth: 120 });
  // `npm run openapi` writes it.
  await expect(text).toMatchFileSnapshot(KEPT);
});

/** The path with the examples of its parameters. */
const filled = (path: string, { parameters = [] }: Operation) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    String(parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.example),
  );

/** The values of a body's examples. A URL of bytes counts as one. */
function examplesOf({ example, examples = {} }: Media): unknown[] {
  const named = Object.values(examples).map(
    ({ $ref, value, externalValue }) =>
      value ?? externalValue ?? document.components.examples[nameIn($ref ?? '')]?.value,
  );
  return [...named, ...(example === undefined ? [] : [example])];
}

const nameIn = (pointer: string) => pointer.slice(pointer.lastIndexOf('/') + 1);

function createValidator({ components }: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'https://test.invalid/openapi', components });
  const validators = new Map<string, ValidateFunction>();
  return (schema: object, value: unknown): string | undefined => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"https://test.invalid/openapi#/');
    const validate = validators.get(text) ?? ajv.compile(JSON.parse(text) as object);
    validators.set(text, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}
