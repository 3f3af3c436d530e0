import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { documentResponses, HEADERS } from './openapi-responses.ts';
import { Problem } from '../replies/problem.ts';
import type { FormShape, Route } from '../route.ts';
import { READS_CREDENTIALS } from '../scopes.ts';

interface ApiInfo {
  title: string;
  version: string;
  description: string;
}

type OpenApiDocument = ReturnType<typeof createDocument>;
type Override = NonNullable<NonNullable<Parameters<typeof createDocument>[1]>['override']>;

/** The OpenAPI 3.1 document of all documented routes, made of the very schemas that they are parsed by. */
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
  return createDocument({ openapi: '3.1.0', info: { ...info }, paths, components }, { override });
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
    tags: [tagOf(route)],
    security: securityOf(route),
    parameters: Object.entries(route.headers ?? {}).map(describeHeader),
    requestParams: {
      ...(route.path.includes(':') && { path: asObject(route.params ?? namesIn(route.path)) }),
      ...(route.query && { query: asObject(route.query) }),
    },
    ...(content && { requestBody: { required: true, content, ...(route.rawBody && { description: route.rawBody }) } }),
    responses: documentResponses(route),
  };
}

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
    const file = z.string().meta({ description, override: { type: 'string', format: 'binary' } });
    return [name, required ? file : file.optional()] as const;
  });
  return fields.extend(Object.fromEntries(parts));
}

function describeHeader([name, description]: [string, string]) {
  return { in: 'header', name, description, required: false, schema: { type: 'string' } } as const;
}

function namesIn(path: string): z.ZodObject {
  const names = Array.from(path.matchAll(/[:*](\w+)/g), ([, name]) => [name, z.string()]);
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

function tagOf({ path }: Route): string {
  return /^\/(?:v1\/)?(\w*)/.exec(path)?.[1] || 'service';
}

/**
 * Says of objects what the mount does: unknown fields are refused on the way in and must be ignored on the way out.
 * And leaves out the pattern of dates, hundreds of characters long, for the format and the description.
 */
const override: Override = ({ jsonSchema, zodSchema, io }) => {
  if (zodSchema instanceof z.ZodISODateTime || zodSchema instanceof z.ZodISODate) delete jsonSchema.pattern;
  if (!(zodSchema instanceof z.ZodObject) || zodSchema.def.catchall instanceof z.ZodUnknown) return;
  if (io === 'input') jsonSchema.additionalProperties ??= false;
  else delete jsonSchema.additionalProperties;
};
