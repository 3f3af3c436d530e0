import { z } from 'zod';
import { createDocument, type oas31, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { HEADERS } from './openapi-headers.ts';
import { documentResponses } from './openapi-responses.ts';
import { tagOf, tagsOf } from './openapi-tags.ts';
import { Problem } from '../replies/problem.ts';
import type { Access, FormShape, Route } from '../route.ts';
import { READS_CREDENTIALS } from '../scopes.ts';

interface ApiInfo {
  title: string;
  version: string;
  description: string;
  license: { name: string; identifier: string };
  contact: { name: string };
}

/** OpenAPI 3.1, Server Object: a relative address is that of the host which serves the document. */
const THIS_SERVICE = { url: '/', description: 'The service that serves this document.' };

type OpenApiDocument = ReturnType<typeof createDocument>;
type OperationObject = Pick<oas31.OperationObject, 'parameters'>;
type Override = NonNullable<NonNullable<Parameters<typeof createDocument>[1]>['override']>;

/**
 * The OpenAPI 3.1 document of all documented routes, made of the very schemas that they are parsed by. `addExamples` adds
 * their examples.
 */
export function describeApi(routes: readonly Route[], info: ApiInfo): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes.filter(({ documented = true }) => documented)) {
    const path = templateOf(route.path);
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  const components = {
    schemas: { Problem },
    headers: HEADERS,
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'An OpenID Connect ID token.' },
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'pt_…',
        description: 'A personal token of `POST /v1/tokens`. An operation names the scope that it needs.',
      },
      session: { type: 'apiKey', in: 'cookie', name: '__Host-session', description: 'The session of a page.' },
    },
  } as const;
  const document = createDocument(
    { openapi: '3.1.0', info: { ...info }, servers: [THIS_SERVICE], tags: tagsOf(routes), paths, components },
    { override },
  );
  describeParameters(document);
  return document;
}

/** Tools look for the description of a parameter beside its schema, where zod-openapi leaves that of an optional one inside. */
function describeParameters({ paths = {} }: OpenApiDocument): void {
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Record<string, OperationObject>));
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters)) {
    const { description } = ('schema' in parameter ? parameter.schema : {}) as { description?: string };
    if (description !== undefined) parameter.description ??= description;
  }
}

/** `/v1/photos/:id` as OpenAPI writes it: `/v1/photos/{id}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/[:*](\w+)/g, '{$1}');
}

function describeRoute(route: Route): ZodOpenApiOperationObject {
  const content = contentOf(route);
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    description: descriptionOf(route),
    tags: [tagOf(route)],
    security: securityOf(route),
    parameters: Object.entries(headersOf(route)).map(describeHeader),
    requestParams: {
      ...(route.path.includes(':') && { path: asObject(route.params ?? namesIn(route.path)) }),
      ...(route.query && { query: asObject(route.query) }),
    },
    ...(content && { requestBody: { required: true, content, ...(route.rawBody && { description: route.rawBody }) } }),
    responses: documentResponses(route),
  };
}

/** What holds for the operation as for others of its kind: who may call it, and how it may be repeated. */
function descriptionOf({ description, access, scope, method, headers = {}, countsAs = 'api' }: Route): string {
  const sentences = [
    CALLERS[access],
    scope !== undefined && scope !== 'person' && `A personal token needs the scope \`${scope}\`.`,
    scope === 'person' && 'No personal token may call it.',
    'Idempotency-Key' in headers && 'With an `Idempotency-Key` it may be repeated without a second effect.',
    'If-Match' in headers && 'With `If-Match` it changes only the version that you have read.',
    ['put', 'delete'].includes(method) && 'It may be repeated.',
    countsAs === 'free' ? 'It counts against no limit.' : `It counts against the limit \`${countsAs}\`.`,
  ];
  const common = sentences.filter((sentence) => sentence !== false).join(' ');
  return description === undefined ? common : `${description}\n\n${common}`;
}

const CALLERS: Record<Access, string> = {
  public: 'It needs no credentials.',
  optional: 'It may be called with or without credentials.',
  user: 'The caller must be signed in.',
  'signed-url': 'A URL that the service has signed needs no credentials; any other needs those of the owner.',
  grant: 'The grant in the path stands for the credentials.',
  platform: 'Only Cloud Tasks and cron may call it.',
};

/** The headers that a handler names, and the condition that the mount adds to each read. */
const headersOf = ({ headers, replies }: Route): Readonly<Record<string, string>> =>
  304 in replies
    ? { 'If-None-Match': 'ETags that the client has. If one still holds, the reply is 304.', ...headers }
    : { ...headers };

/** OpenAPI 3.1, Security Requirement Object: schemes without OAuth may list the roles that an operation needs. */
function securityOf({ access, scope }: Route): Record<string, string[]>[] {
  if (!READS_CREDENTIALS.has(access)) return [];
  const byToken = scope === undefined || scope === 'person' ? [] : [{ token: [scope] }];
  const signedIn = [{ bearer: [] }, ...byToken, { session: [] }];
  return access === 'user' ? signedIn : [{}, ...signedIn];
}

function contentOf({ body, form, rawBody }: Route) {
  // In OpenAPI 3.1 the media type alone says that a body is bytes.
  if (rawBody !== undefined) return { '*/*': {} };
  if (form) return { 'multipart/form-data': { schema: formSchema(form) } };
  return body && { 'application/json': { schema: body } };
}

function formSchema({ fields, files }: FormShape): z.ZodType {
  const parts = Object.entries(files).map(([name, { required, description }]) => {
    // OpenAPI 3.1, 4.8.14.4: a media type in place of the `format: binary` of 3.0.
    const file = z.string().meta({ description, override: { contentMediaType: 'application/octet-stream' } });
    return [name, required ? file : file.optional()] as const;
  });
  return fields.extend(Object.fromEntries(parts));
}

function describeHeader([name, description]: [string, string]) {
  return { in: 'header', name, description, required: false, schema: { type: 'string' } } as const;
}

function namesIn(path: string): z.ZodObject {
  const names = Array.from(path.matchAll(/[:*](\w+)/g), ([, name]) => [
    name,
    z.string().describe('As the service has made it.'),
  ]);
  return z.object(Object.fromEntries(names) as z.ZodRawShape);
}

function asObject(schema: z.ZodType): z.ZodType<unknown, Record<string, unknown>> {
  return schema as z.ZodType<unknown, Record<string, unknown>>;
}

/** `getPhotosByIdImageBySize`: stable as long as the path is. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split('/').filter((segment) => segment && segment !== 'v1');
  return method + words.map((word) => word.replace(/^[:*]/, 'by-').replaceAll(/(?:^|\W|_)(\w)/g, upper)).join('');
}

function upper(_match: string, letter: string): string {
  return letter.toUpperCase();
}

/**
 * Says of objects what the mount does: unknown fields are refused on the way in and must be ignored on the way out.
 * Leaves out the pattern of dates, hundreds of characters long, for the format and the description.
 */
const override: Override = ({ jsonSchema, zodSchema, io }) => {
  if (zodSchema instanceof z.ZodISODateTime || zodSchema instanceof z.ZodISODate) delete jsonSchema.pattern;
  if (jsonSchema.type === 'integer') describeInteger(jsonSchema);
  if (!(zodSchema instanceof z.ZodObject) || zodSchema.def.catchall instanceof z.ZodUnknown) return;
  if (io === 'input') jsonSchema.additionalProperties ??= false;
  else delete jsonSchema.additionalProperties;
};

/** Names the size of an integer for languages that have several, and leaves out the bounds that each safe integer has. */
function describeInteger(schema: { format?: string; minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  schema.format = Math.abs(schema.maximum ?? Infinity) < 2 ** 31 ? 'int32' : 'int64';
}
