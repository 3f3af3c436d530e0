import { KEYED_OPERATIONS, type Operations } from './api-types.ts';
import { newKey } from './new-key.ts';
import type { HttpReply, HttpRequest, Transport } from './transport.ts';

/** An operation of the API: its method and its path, as in `get /v1/albums`. */
export type OperationName = keyof Operations;

/** Lets optional fields be undefined, too. */
type Loose<T> = T extends string | number | boolean | null | undefined | Blob
  ? T
  : T extends (infer Item)[]
    ? Loose<Item>[]
    : { [Field in keyof T as object extends Pick<T, Field> ? never : Field]: Loose<T[Field]> } & {
        [Field in keyof T as object extends Pick<T, Field> ? Field : never]?: Loose<T[Field]> | undefined;
      };

type Parts<Name extends OperationName> = Omit<Operations[Name], 'reply'>;
type OptionalParts<Name extends OperationName> = {
  [Part in keyof Parts<Name> as object extends Parts<Name>[Part] ? Part : never]?: Loose<Parts<Name>[Part]> | undefined;
};
type RequiredParts<Name extends OperationName> = {
  [Part in keyof Parts<Name> as object extends Parts<Name>[Part] ? never : Part]: Loose<Parts<Name>[Part]>;
};

/** What a call takes: `path`, `query`, `header`, and `body` or `form`, as the document has them. */
export type CallInput<Name extends OperationName> = RequiredParts<Name> &
  OptionalParts<Name> & {
    /** Ends the call. */
    signal?: AbortSignal | undefined;
  };

/** The body of a successful reply. */
export type ReplyOf<Name extends OperationName> = Operations[Name]['reply'];

/** The input of a call may be left out where nothing in it is required. */
export type CallArguments<Name extends OperationName> =
  object extends CallInput<Name> ? [input?: CallInput<Name>] : [input: CallInput<Name>];

/** Sends one operation. The body is undefined when the status is 304. */
export async function sendOperation<Name extends OperationName>(
  transport: Transport,
  name: Name,
  ...[input]: CallArguments<Name>
): Promise<HttpReply<ReplyOf<Name>>> {
  return (await transport.send(requestOf(name, input ?? {}))) as HttpReply<ReplyOf<Name>>;
}

interface AnyInput {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  header?: Record<string, string | undefined>;
  form?: Record<string, string | Blob | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

function requestOf(name: OperationName, input: AnyInput): HttpRequest {
  const [method = '', template = ''] = name.split(' ');
  const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => encoded(input.path?.[field]));
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(input.header ?? {})) if (value !== undefined) headers[header] = value;
  const isKeyed = KEYED_OPERATIONS.includes(name);
  if (isKeyed) headers['Idempotency-Key'] ??= newKey();
  const isJson = input.body !== undefined && !(input.body instanceof Blob);
  if (isJson) headers['Content-Type'] = 'application/json';
  const body = isJson ? JSON.stringify(input.body) : (input.body as Blob | undefined);
  return {
    method: method.toUpperCase(),
    target: path + queryOf(input.query ?? {}),
    headers,
    body: input.form ? formOf(input.form) : body,
    bodyBytes: sum(Object.values(input.form ?? { body }).map(bytesOf)),
    isRepeatable: isKeyed || REPEATABLE_METHODS.has(method) || REPEATABLE_POSTS.has(name),
    signal: input.signal,
  };
}

const REPEATABLE_METHODS: ReadonlySet<string> = new Set(['get', 'put', 'delete']);

/** Operations that change nothing, or for the second time nothing more. */
const REPEATABLE_POSTS: ReadonlySet<OperationName> = new Set([
  'post /v1/photos/check',
  'post /v1/photos/batch/trash',
  'post /v1/photos/{id}/restore',
  'post /v1/albums/{id}/photos/remove',
  'post /v1/shared/{token}/unlock',
  'post /local/token',
]);

function queryOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return '';
  return `?${pairs.map(([field, value]) => `${encodeURIComponent(field)}=${encoded(value)}`).join('&')}`;
}

const encoded = (value: unknown) => encodeURIComponent(String(value));

/** Text fields stand before the files, as the service reads them. */
function formOf(fields: NonNullable<AnyInput['form']>): FormData {
  const form = new FormData();
  const parts = Object.entries(fields);
  for (const [field, value] of parts) if (typeof value === 'string') form.append(field, value);
  for (const [field, value] of parts) {
    if (typeof value === 'string' || value === undefined) continue;
    // A file of React Native is an object with an address. It has its name with it.
    if (value instanceof Blob) form.append(field, value, fileNameOf(value) ?? 'photo');
    else form.append(field, value);
  }
  return form;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** A character of JSON is about a byte. The size of a file of React Native is not known. */
function bytesOf(part: string | Blob | undefined): number {
  if (part === undefined || typeof part === 'string') return part?.length ?? 0;
  return part instanceof Blob ? part.size : Infinity;
}

/** The name that a file has. A blob has none. */
export const fileNameOf = (file: Blob): string | undefined =>
  'name' in file && typeof file.name === 'string' ? file.name : undefined;
