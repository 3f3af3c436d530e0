import { expect, test } from 'vitest';
import { breakingChanges } from './breaking-changes.ts';
import { contractOf, type Api, type Schema } from './contract.ts';

const known: Schema = { type: 'string', enum: ['photo', 'album'] };

const api: Api = {
  paths: {
    '/v1/notes': {
      get: {
        parameters: [{ in: 'query', name: 'limit', schema: { type: 'integer', maximum: 200 } }],
        responses: {
          '200': {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Notes' } } },
            headers: { ETag: {} },
          },
        },
      },
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewNote' } } } },
        responses: { '201': {}, '404': {} },
      },
    },
  },
  components: {
    schemas: {
      Notes: {
        type: 'object',
        properties: {
          items: { type: 'array', items: { $ref: '#/components/schemas/Note' } },
          next: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        },
        required: ['items', 'next'],
      },
      Note: {
        type: 'object',
        properties: {
          text: { type: 'string' },
          kind: { anyOf: [known, { type: 'string' }] },
          state: { type: 'string', enum: ['open', 'closed'] },
          size: { type: 'number' },
          mark: { type: 'string' },
        },
        required: ['text', 'kind', 'state', 'size'],
      },
      NewNote: {
        type: 'object',
        properties: { text: { type: 'string', maxLength: 100 }, state: { type: 'string', enum: ['open', 'closed'] } },
        required: ['text'],
        additionalProperties: false,
      },
    },
  },
};

/** What is breaking in an edit of the document. */
function judge(edit: (api: Api) => void): string[] {
  const edited = structuredClone(api);
  edit(edited);
  return breakingChanges(contractOf(api), contractOf(edited));
}

const notes = ({ paths }: Api) => paths['/v1/notes'] ?? {};
const listing = (api: Api) => notes(api)['get']?.responses['200'] ?? {};
const schemaOf = ({ components }: Api, name: string) => components.schemas[name] ?? {};
const field = (api: Api, name: string, property: string) => schemaOf(api, name).properties?.[property] ?? {};

test.each<[edit: string, fault: string, (api: Api) => unknown]>([
  ['a removed path', 'GET /v1/notes was removed, POST /v1/notes was removed', (api) => delete api.paths['/v1/notes']],
  ['a removed operation', 'POST /v1/notes was removed', (api) => delete notes(api)['post']],
  ['a removed reply', 'GET /v1/notes out 200 was removed', (api) => delete notes(api)['get']?.responses['200']],
  ['a removed header', 'GET /v1/notes out 200 header ETag was removed', (api) => delete listing(api).headers],
  ['a removed parameter', 'GET /v1/notes in query limit was removed', (api) => delete notes(api)['get']?.parameters],
  [
    'a field removed from replies',
    'out Note.text was removed',
    (api) => delete schemaOf(api, 'Note').properties?.['text'],
  ],
  [
    'a field removed from requests',
    'in NewNote.state was removed',
    (api) => delete schemaOf(api, 'NewNote').properties?.['state'],
  ],
  [
    'a field of replies that became optional',
    'out Note.text became optional',
    (api) => schemaOf(api, 'Note').required?.shift(),
  ],
  [
    'a field of requests that became required',
    'in NewNote.state became required',
    (api) => schemaOf(api, 'NewNote').required?.push('state'),
  ],
  [
    'a new field that requests must have',
    'in NewNote.tone is new and required',
    (api) => {
      Object.assign(schemaOf(api, 'NewNote').properties ?? {}, { tone: { type: 'string' } });
      schemaOf(api, 'NewNote').required?.push('tone');
    },
  ],
  [
    'a new parameter that requests must have',
    'GET /v1/notes in query since is new and required',
    (api) =>
      notes(api)['get']?.parameters?.push({ in: 'query', name: 'since', required: true, schema: { type: 'string' } }),
  ],
  [
    'a shorter text in requests',
    'in NewNote.text no longer takes string maxLength=100',
    (api) => (field(api, 'NewNote', 'text')['maxLength'] = 50),
  ],
  [
    'a smaller number in requests',
    'GET /v1/notes in query limit no longer takes integer maximum=200',
    (api) => Object.assign(notes(api)['get']?.parameters?.[0]?.schema ?? {}, { maximum: 100 }),
  ],
  [
    'a value taken from requests',
    'in NewNote.state no longer takes "closed"',
    (api) => field(api, 'NewNote', 'state').enum?.pop(),
  ],
  [
    'a value added to a closed list of replies',
    'out Note.state may now be "lost"',
    (api) => field(api, 'Note', 'state').enum?.push('lost'),
  ],
  [
    'another object among several',
    'out Notes.next may now be object 3',
    (api) => field(api, 'Notes', 'next').anyOf?.push({ type: 'object', properties: { page: { type: 'integer' } } }),
  ],
  ['another type', 'out Note.text may now be integer', (api) => (field(api, 'Note', 'text').type = 'integer')],
  [
    'null where there was none',
    'out Note.text may now be null',
    (api) => (field(api, 'Note', 'text').type = ['string', 'null']),
  ],
])('%s breaks clients', (_edit, fault, edit) => {
  expect(judge(edit).join(', ')).toBe(fault);
});

test.each<[edit: string, (api: Api) => unknown]>([
  ['nothing', () => undefined],
  ['another text', (api) => (field(api, 'Note', 'text')['description'] = 'What it says.')],
  ['a new operation', (api) => (api.paths['/v1/tags'] = { get: { responses: { '200': {} } } })],
  ['a new reply for errors', (api) => Object.assign(notes(api)['post']?.responses ?? {}, { '409': {} })],
  [
    'a new field in replies',
    (api) => Object.assign(schemaOf(api, 'Note').properties ?? {}, { tone: { type: 'string' } }),
  ],
  [
    'a new field that requests may have',
    (api) => Object.assign(schemaOf(api, 'NewNote').properties ?? {}, { tone: { type: 'string' } }),
  ],
  ['a longer text in requests', (api) => (field(api, 'NewNote', 'text')['maxLength'] = 200)],
  ['any text in requests', (api) => delete field(api, 'NewNote', 'text')['maxLength']],
  ['a new value in requests', (api) => field(api, 'NewNote', 'state').enum?.push('lost')],
  ['a new value in an open list of replies', (api) => field(api, 'Note', 'kind').anyOf?.[0]?.enum?.push('share')],
  ['a value taken from replies', (api) => field(api, 'Note', 'state').enum?.pop()],
  ['a field that replies always have now', (api) => schemaOf(api, 'Note').required?.push('mark')],
  ['a field that requests need no more', (api) => schemaOf(api, 'NewNote').required?.pop()],
  ['a whole number where any was', (api) => (field(api, 'Note', 'size').type = 'integer')],
  ['no null where it was', (api) => field(api, 'Notes', 'next').anyOf?.pop()],
])('%s breaks no client', (_edit, edit) => {
  expect(judge(edit)).toEqual([]);
});
