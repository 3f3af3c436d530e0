import * as fc from 'fast-check';
import type { Call } from '../support/http-client.ts';
import type { Api, Operation, Parameter } from './api.ts';
import { formBody } from './multipart.ts';
import { file } from './pictures.ts';
import type { Pool } from './pool.ts';
import { accept, asHeader, nearly, range, strangeText, tags } from './texts.ts';
import { jsonText, valueOf, type JsonSchema, type Vocabulary } from './values.ts';

export interface Generated {
  operation: Operation;
  call: Call;
  /** Whether the address may no longer be that of the operation. */
  offPath: boolean;
}

/** Requests at every operation: those that the document describes come three times as often as the others. */
export function requests(api: Api, pool: Pool): fc.Arbitrary<Generated> {
  return fc.oneof(
    ...api.operations.map((operation) => ({
      weight: weightOf(operation),
      arbitrary: requestOf(operation, api, pool),
    })),
  );
}

function weightOf({ method, path, responses, body }: Operation): number {
  // It erases the user, and the next request of that user begins with a new sign-up.
  if (method === 'DELETE' && path === '/v1/me') return 1;
  if (body?.type.startsWith('multipart')) return 8;
  return responses ? 3 : 1;
}

function requestOf(operation: Operation, api: Api, pool: Pool): fc.Arbitrary<Generated> {
  const words: Vocabulary = {
    schemas: api.schemas,
    texts: [...pool.ids, ...pool.checksums, ...pool.handles, '2019-07-01T10:00:00+02:00', '2019-07', 'image/jpeg'],
  };
  return fc
    .record({
      address: addressOf(operation, pool, words),
      query: queryOf(operation, pool, words),
      known: fc
        .tuple(headersOf(operation, pool), conditional(operation, pool))
        .map(([own, more]) => Object.assign(own, more)),
      more: moreHeaders(pool),
      credentials: credentials(pool),
      body: bodyOf(operation, pool, words),
      asHead: fc.integer({ min: 0, max: 19 }),
    })
    .map(({ address, query, known, more, credentials: who, body, asHead }) => {
      const headers = { ...body.headers, ...known, ...more, ...who };
      const method = operation.method === 'GET' && asHead === 0 ? 'HEAD' : operation.method;
      const call = { method, path: address.path + query, headers, body: body.content };
      return { operation, call, offPath: address.offPath };
    });
}

/** In most addresses each parameter is one that fits; in the others it is any text, encoded or not. */
function addressOf({ path, parameters }: Operation, pool: Pool, words: Vocabulary) {
  const named = parameters.filter((each) => each.in === 'path');
  const good = fc.tuple(...named.map((each) => fitting(each, pool, words)));
  const strange = fc.tuple(...named.map(() => fc.oneof(strangeText(), nearly(words.texts))));
  const fill = (values: readonly string[], encode: (text: string) => string) =>
    named.reduce((result, { name }, index) => result.replace(`{${name}}`, () => encode(values[index] ?? '')), path);
  return fc.oneof(
    { weight: 8, arbitrary: good.map((values) => ({ path: fill(values, encodeText), offPath: values.includes('') })) },
    { weight: 1, arbitrary: strange.map((values) => ({ path: fill(values, encodeText), offPath: named.length > 0 })) },
    {
      weight: 1,
      arbitrary: strange.map((values) => ({ path: fill(values, legalInTarget), offPath: named.length > 0 })),
    },
  );
}

function fitting({ name, schema }: Parameter, pool: Pool, words: Vocabulary): fc.Arbitrary<string> {
  if (name === 'handle' || name === 'user') return fc.constantFrom(...pool.handles);
  if (name === 'grant') return fc.constantFrom(...pool.grants);
  if (name === 'key') return fc.constantFrom(...pool.imageKeys);
  if (name === 'bucket') return fc.constant('photos');
  if (name === 'job') return fc.constantFrom('make-variants', 'purge-trash', 'audit-user');
  return valueOf(schema, words).map(asText);
}

/** Lone surrogates have no encoding. */
const encodeText = (text: string) => encodeURIComponent(text.toWellFormed());

/** What a request line can hold (RFC 9112, section 3.2), with per cent signs as they come. */
const legalInTarget = (text: string) => text.replaceAll(/[^\w\-.~!$&'()*+,;=:@%/]/g, '');

function queryOf({ path, parameters }: Operation, pool: Pool, words: Vocabulary): fc.Arbitrary<string> {
  const named = parameters.filter((each) => each.in === 'query');
  const lists = named.map((each) => fc.option(pairs(each, pool, words), { nil: [], freq: 2 }));
  const unknown = fc.array(fc.tuple(strangeText(), strangeText()), { minLength: 1, maxLength: 2 });
  const more = path.startsWith('/upload/') ? sessionId(pool) : courseQuery(pool);
  return fc
    .tuple(
      fc.tuple(...lists),
      fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: unknown }),
      named.length > 0 ? fc.constant([]) : more,
      fc.oneof(
        { weight: 30, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom('?', '&&&', '=', '%', '?&=%ff', '&a[b]=1') },
      ),
    )
    .map(([known, others, extra, end]) => {
      const all = [...known.flat(), ...others, ...extra].map(
        ([name, value]) => `${encodeText(name)}=${encodeText(value)}`,
      );
      return all.length > 0 || end !== '' ? `?${all.join('&')}${end}` : '';
    });
}

type Pair = [string, string];

const pairs = ({ name, schema }: Parameter, pool: Pool, words: Vocabulary): fc.Arbitrary<Pair[]> =>
  fc.oneof(
    { weight: 12, arbitrary: queryValue(name, schema, pool, words).map((value): Pair[] => [[name, value]]) },
    {
      weight: 1,
      arbitrary: fc
        .array(queryValue(name, schema, pool, words), { minLength: 2, maxLength: 3 })
        .map((values) => values.map((value): Pair => [name, value])),
    },
  );

function queryValue(name: string, schema: JsonSchema, pool: Pool, words: Vocabulary): fc.Arbitrary<string> {
  if (name === 'cursor') return nearly(pool.cursors);
  // Of the feed and of signed URLs.
  if (name === 't' || name === 'token') return nearly([...pool.cursors, ...pool.mediaTokens, 'latest']);
  if (name === 'from') return nearly(['2019', '2019-07', '2019-07-01', '2026-11-20', '9999-12-31', '0000']);
  return valueOf(schema, words).map(asText);
}

const sessionId = (pool: Pool): fc.Arbitrary<Pair[]> => nearly(pool.sessions).map((id): Pair[] => [['upload_id', id]]);

const courseQuery = (pool: Pool): fc.Arbitrary<Pair[]> =>
  fc.oneof(
    fc.constant<Pair[]>([]),
    nearly(pool.cursors).map((value): Pair[] => [['cursor', value]]),
    strangeText().map((value): Pair[] => [['key', value]]),
    nearly(pool.mediaTokens).map((value): Pair[] => [['t', value]]),
  );

/** Longer ones would make the head too large for Node, which answers 431 by itself (test/http/broken-requests.test.ts). */
const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 1000);

type Headers = Record<string, string>;

/** Headers that the operation reads, each present in half of its requests. */
function headersOf({ parameters }: Operation, pool: Pool): fc.Arbitrary<Headers> {
  const names = parameters.filter((each) => each.in === 'header').map(({ name }) => name);
  const model = Object.fromEntries(names.map((name) => [name, headerValue(name, pool)]));
  return fc.record(model, { requiredKeys: [] }).map(present);
}

/** What a client sends that has read the address before. */
const conditional = ({ method }: Operation, pool: Pool): fc.Arbitrary<Headers> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Headers>({}) },
    {
      weight: method === 'GET' ? 1 : 0,
      arbitrary: tags(pool.tags).map((value) => present({ 'If-None-Match': value })),
    },
  );

/** Headers that any request may carry. */
const moreHeaders = (pool: Pool): fc.Arbitrary<Headers> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Headers>({}) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...ANY_HEADERS)
        .chain((name) => headerValue(name, pool).map((value) => present({ [name]: value }))),
    },
  );

const ANY_HEADERS = [
  'Accept',
  'Accept-Encoding',
  'Content-Encoding',
  'Content-Range',
  'Cookie',
  'Forwarded',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'Idempotency-Key',
  'Origin',
  'Range',
  'Referer',
  'Sec-Fetch-Site',
  'Traceparent',
  'X-Appengine-Cron',
  'X-AppEngine-QueueName',
  'X-Cloud-Trace-Context',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
  'X-Local-Cloud-Secret',
  'X-Request-Id',
];

function headerValue(name: string, pool: Pool): fc.Arbitrary<string> {
  if (name === 'Range') return range();
  if (name === 'Accept') return accept();
  if (name.startsWith('If-')) return tags(pool.tags);
  if (name === 'Idempotency-Key') return fc.oneof(fc.uuid(), nearly(['key-1', 'key-2', '"key-1"']));
  if (name === 'Repr-Digest')
    return nearly([`sha-256=:${Buffer.alloc(32).toString('base64')}:`, 'sha-256=::', 'md5=:AA==:', 'sha-256']);
  if (name === 'Content-Range') return nearly(['bytes 0-99/262144', 'bytes */262144', 'bytes */*', 'bytes 262144-0/1']);
  if (name.endsWith('Encoding')) return nearly(['gzip', 'br', 'identity', 'gzip, br;q=0', 'deflate', '*;q=0', 'zstd']);
  if (name === 'Sec-Fetch-Site') return fc.constantFrom('same-origin', 'cross-site', 'none', 'x');
  if (name === 'Cookie') return nearly([...pool.cookies, '__Host-session=x', 'session=']);
  return fc.oneof(
    strangeText(),
    nearly(['http://127.0.0.1', 'https://evil.example', 'for=1.2.3.4', 'DELETE', 'true', 'default']),
  );
}

const present = (headers: Record<string, string | undefined>): Headers =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, asHeader(value)]])),
  );

const credentials = (pool: Pool): fc.Arbitrary<Headers> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...pool.tokens).map(bearer) },
    { weight: 1, arbitrary: nearly(pool.tokens).map(bearer) },
    { weight: 1, arbitrary: strangeText().map((text) => ({ Authorization: asHeader(text) })) },
    { weight: 1, arbitrary: fc.constant({}) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(nearly(pool.cookies), fc.constantFrom('same-origin', 'cross-site'))
        .map(([cookie, site]) => ({ Cookie: asHeader(cookie), 'Sec-Fetch-Site': site })),
    },
  );

const bearer = (token: string) => ({ Authorization: `Bearer ${asHeader(token)}` });

interface Body {
  headers: Headers;
  content?: Buffer | string;
}

function bodyOf({ method, body, path }: Operation, pool: Pool, words: Vocabulary): fc.Arbitrary<Body> {
  if (body?.type === 'application/json') return json(valueOf(body.schema, tokensIn(path, pool, words)));
  const bytes = file(pool.samples).map((content): Body => ({ headers: { 'Content-Type': 'image/jpeg' }, content }));
  if (body?.type === '*/*') return bytes;
  if (body) return form(body.schema, pool, words);
  if (method === 'GET') return fc.constant({ headers: {} });
  if (path.startsWith('/post/') || path === '/upload_photo') return form(COURSE_FORM, pool, words);
  const none = fc.constant<Body>({ headers: {} });
  const any = json(fc.oneof(fc.jsonValue({ maxDepth: 2 }), valueOf(TASK, words)));
  return fc.oneof({ weight: 3, arbitrary: none }, { weight: 2, arbitrary: any }, { weight: 1, arbitrary: bytes });
}

/** Where a token stands in the body, the texts are real tokens. */
const tokensIn = (path: string, pool: Pool, words: Vocabulary): Vocabulary =>
  path === '/v1/session' ? { ...words, texts: pool.tokens } : words;

const text = { type: 'string' };
const COURSE_FORM = { properties: { caption: text, id_token: text, user: text, image: { ...text, format: 'binary' } } };
const TASK = {
  type: 'object',
  properties: { user: text, photo: text, key: text, amount: { type: 'integer' }, name: text },
};

const json = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Body> =>
  fc
    .tuple(jsonText(value), jsonType())
    .map(([content, type]) => ({ headers: type ? { 'Content-Type': type } : {}, content }));

const jsonType = () =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'text/plain',
        'application/json; charset=utf-16',
        'application/x-www-form-urlencoded',
        '/',
        'application/merge-patch+json',
      ),
    },
  );

function form({ properties = {} }: JsonSchema, pool: Pool, words: Vocabulary): fc.Arbitrary<Body> {
  const isFile = ([, { format }]: [string, JsonSchema]) => format === 'binary';
  const entries = Object.entries(properties);
  const files = entries.filter(isFile).map(([name]) => [name, file(pool.samples)] as const);
  const fields = entries
    .filter((each) => !isFile(each))
    .map(([name, schema]) => [name, valueOf(schema, words)] as const);
  return formBody(Object.fromEntries(fields), Object.fromEntries(files)).map(({ type, body }) => ({
    headers: { 'Content-Type': type },
    content: body,
  }));
}
