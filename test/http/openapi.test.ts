import { expect, test } from 'vitest';
import { z } from 'zod';
import { addExamples } from '../../src/http/openapi/examples/add-examples.ts';
import { describeApi, templateOf } from '../../src/http/openapi/openapi.ts';
import { defineRoute, type Route } from '../../src/http/route.ts';

const Photo = z.object({ id: z.string(), takenAt: z.iso.datetime({ local: true }) }).meta({ id: 'Photo' });
const handle = () => ({ status: 204 });

const routes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/photos/:id',
    summary: 'One photo.',
    access: 'user',
    scope: 'read',
    params: z.object({ id: z.string().describe('Its id.') }),
    replies: { 200: Photo, 304: null },
    handle,
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/photos/:id',
    summary: 'Edits one photo.',
    access: 'user',
    scope: 'edit',
    body: z.object({ place: z.object({ latitude: z.number() }).optional(), takenAt: z.iso.datetime().optional() }),
    headers: { 'If-Match': 'The tag that was read.' },
    replies: { 200: Photo },
    errors: ['precondition-failed', 'not-found'],
    handle,
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos',
    summary: 'Takes a photo.',
    access: 'optional',
    scope: 'person',
    query: z.object({ duplicates: z.literal('allow').optional() }),
    form: {
      fields: z.object({ caption: z.string().optional() }),
      files: {
        image: { required: true, description: 'The picture.' },
        preview: { required: false, description: 'A smaller one.' },
      },
    },
    replies: { 201: Photo },
    handle,
  }),
  defineRoute({
    method: 'get',
    path: '/v1/photos/:id/image/:size',
    summary: 'The bytes.',
    access: 'public',
    replies: { 200: 'image/jpeg' },
    handle,
  }),
  defineRoute({ method: 'get', path: '/free', summary: 'x', access: 'public', countsAs: 'free', replies: {}, handle }),
  defineRoute({ method: 'get', path: '/page', summary: 'x', access: 'public', documented: false, replies: {}, handle }),
];

const document = addExamples(
  describeApi(routes, {
    title: 'Photos',
    version: '1',
    description: 'Of a test.',
    license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    contact: { name: 'A test' },
  }),
);

/** The part of the document under a JSON pointer. */
function at(pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}

function* refsIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref') yield value as string;
    else yield* refsIn(value);
  }
}

test('every documented route is there, and no other', () => {
  const listed = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method} ${path}`),
  );
  const documented = routes.filter((route) => route.documented !== false);
  expect(listed.sort()).toEqual(documented.map((route) => `${route.method} ${templateOf(route.path)}`).sort());
});

test('every reference leads somewhere', () => {
  const refs = new Set(refsIn(document));
  expect(refs).toContain('#/components/schemas/Photo');
  for (const ref of refs) expect({ ref, target: at(ref.slice(1)) }).toEqual({ ref, target: expect.anything() });
});

test('operations have names of their own', () => {
  const names = Object.values(document.paths ?? {}).flatMap((item) =>
    Object.values(item as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
  );
  expect(names.sort()).toEqual([
    'getFree',
    'getPhotosById',
    'getPhotosByIdImageBySize',
    'patchPhotosById',
    'postPhotos',
  ]);
});

test('parameters of path, query and header are listed, those of the path also without a schema', () => {
  expect(at('/paths/~1v1~1photos~1{id}~1image~1{size}/get/parameters')).toMatchObject([
    { in: 'path', name: 'id', required: true },
    { in: 'path', name: 'size', required: true },
  ]);
  expect(at('/paths/~1v1~1photos/post/parameters')).toMatchObject([{ in: 'query', name: 'duplicates' }]);
  expect(at('/paths/~1v1~1photos~1{id}/get/parameters')).toMatchObject([{ name: 'id' }, { name: 'If-None-Match' }]);
  expect(at('/paths/~1v1~1photos~1{id}/patch/parameters')).toMatchObject([
    { in: 'path', name: 'id' },
    { in: 'header', name: 'If-Match', description: 'The tag that was read.' },
  ]);
});

test('errors stand under their status with their codes, also those of the mount itself', () => {
  const responses = at('/paths/~1v1~1photos~1{id}/patch/responses') as Record<string, unknown>;
  expect(Object.keys(responses)).toEqual([
    '200',
    '400',
    '401',
    '403',
    '404',
    '410',
    '412',
    '413',
    '415',
    '429',
    '500',
    '503',
  ]);
  expect(responses['412']).toMatchObject({
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: { 'precondition-failed': { $ref: '#/components/examples/precondition-failed' } },
      },
    },
  });
});

test('each reply lists the headers that its kind of route may send', () => {
  const headersOf = (pointer: string, status: number) =>
    Object.keys(at(`/paths/${pointer}/responses/${status}/headers`) as object);
  const counted = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];
  const photo = '~1v1~1photos~1{id}';
  expect(headersOf(`${photo}/get`, 200)).toEqual([...counted, 'ETag']);
  expect(headersOf(`${photo}/get`, 304)).toEqual([...counted, 'ETag']);
  expect(headersOf(`${photo}/get`, 401)).toEqual([...counted, 'WWW-Authenticate']);
  expect(headersOf(`${photo}/get`, 404)).toEqual(counted);
  expect(headersOf(`${photo}/get`, 429)).toEqual([...counted, 'Retry-After']);
  expect(headersOf(`${photo}/patch`, 200)).toEqual([...counted, 'ETag']);
  expect(headersOf('~1v1~1photos/post', 201)).toEqual([...counted, 'ETag', 'Location']);
  expect(headersOf('~1free/get', 500)).toEqual(['X-Request-Id']);
  expect(at('/paths/~1free/get/responses')).not.toHaveProperty('429');
});

test('an operation says who may call it, by which scope, and whether it may be repeated', () => {
  const describedAt = (pointer: string) => at(`/paths/${pointer}/description`);
  expect(describedAt('~1v1~1photos~1{id}/patch')).toBe(
    'The caller must be signed in. A personal token needs the scope `edit`. With `If-Match` it changes only the version ' +
      'that you have read. It counts against the limit `api`.',
  );
  expect(describedAt('~1free/get')).toBe('It needs no credentials. It counts against no limit.');
});

test('operations stand in groups that the document describes, and names this host as its server', () => {
  const { tags = [], servers, paths } = document;
  const used = Object.values(paths ?? {}).flatMap((item) =>
    Object.values(item as Record<string, { tags: string[] }>).flatMap((operation) => operation.tags),
  );
  expect(tags.map(({ name }) => name)).toEqual(['Photos', 'Service']);
  expect([...new Set(used)].sort()).toEqual(['Photos', 'Service']);
  expect(servers).toEqual([expect.objectContaining({ url: '/' })]);
});

test('replies are JSON by schema, other media by type, or nothing', () => {
  const responses = at('/paths/~1v1~1photos~1{id}/get/responses') as Record<string, Record<string, unknown>>;
  expect(responses['200']?.['content']).toEqual({
    'application/json': {
      schema: { $ref: '#/components/schemas/Photo' },
      example: { id: expect.any(String), takenAt: expect.any(String) },
    },
  });
  expect(responses['304']).not.toHaveProperty('content');
  expect(at('/paths/~1v1~1photos~1{id}~1image~1{size}/get/responses/200/content')).toEqual({
    'image/jpeg': {
      examples: { picture: { summary: expect.any(String), externalValue: expect.stringMatching(/^\/v1\//) } },
    },
  });
});

test('unknown fields are refused on the way in, to any depth, and free on the way out', () => {
  const schema = '/paths/~1v1~1photos~1{id}/patch/requestBody/content/application~1json/schema';
  expect(at(schema)).toMatchObject({
    additionalProperties: false,
    properties: { place: { additionalProperties: false } },
  });
  expect(at('/components/schemas/Photo')).toEqual({
    type: 'object',
    properties: { id: { type: 'string' }, takenAt: { type: 'string' } },
    required: ['id', 'takenAt'],
  });
});

test('a form lists its fields and files', () => {
  expect(at('/paths/~1v1~1photos/post/requestBody/content/multipart~1form-data/schema')).toEqual({
    type: 'object',
    properties: {
      caption: { type: 'string' },
      image: { type: 'string', contentMediaType: 'application/octet-stream', description: 'The picture.' },
      preview: { type: 'string', contentMediaType: 'application/octet-stream', description: 'A smaller one.' },
    },
    required: ['image'],
    additionalProperties: false,
  });
});

test('the document says who may call an operation, and by which scope of a personal token', () => {
  expect(at('/paths/~1v1~1photos/post/security')).toEqual([{}, { bearer: [] }, { session: [] }]);
  expect(at('/paths/~1v1~1photos~1{id}/get/security')).toEqual([{ bearer: [] }, { token: ['read'] }, { session: [] }]);
  expect(at('/paths/~1v1~1photos~1{id}~1image~1{size}/get/security')).toEqual([]);
});
