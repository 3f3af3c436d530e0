import { expect, test } from 'vitest';
import { z } from 'zod';
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

const document = describeApi(routes, { title: 'Photos', version: '1', description: 'Of a test.' });

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
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { code: { enum: ['precondition-failed'] } } },
          ],
        },
      },
    },
  });
});

test('a route that is counted tells what its replies say of the limit, and 429 when to come again', () => {
  const headersOf = (path: string, status: number) =>
    Object.keys(at(`/paths/~1v1~1photos${path}/get/responses/${status}/headers`) as object);
  expect(headersOf('~1{id}', 200)).toEqual(['X-Request-Id', 'RateLimit', 'RateLimit-Policy']);
  expect(headersOf('~1{id}', 304)).toEqual(['X-Request-Id', 'RateLimit', 'RateLimit-Policy']);
  expect(headersOf('~1{id}', 429)).toEqual(['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After']);
  expect(at('/paths/~1free/get/responses')).not.toHaveProperty('429');
});

test('replies are JSON by schema, other media by type, or nothing', () => {
  const responses = at('/paths/~1v1~1photos~1{id}/get/responses') as Record<string, Record<string, unknown>>;
  expect(responses['200']?.['content']).toEqual({
    'application/json': { schema: { $ref: '#/components/schemas/Photo' } },
  });
  expect(responses['304']).not.toHaveProperty('content');
  expect(at('/paths/~1v1~1photos~1{id}~1image~1{size}/get/responses/200/content')).toEqual({ 'image/jpeg': {} });
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
      image: { type: 'string', format: 'binary', description: 'The picture.' },
      preview: { type: 'string', format: 'binary', description: 'A smaller one.' },
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
