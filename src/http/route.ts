import type { Request } from 'express';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { TokenId, UserId } from '../runtime/ids.ts';
import type { ErrorCode } from '../runtime/errors.ts';
import type { NeededScope, Scope } from './scopes.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call: everybody, everybody but known if signed in, signed-in users, or Cloud Tasks and cron alone. A signed URL
 * says its owner by its `token`, and a grant in the path always does: then no other credentials are read.
 */
export type Access = 'public' | 'optional' | 'user' | 'signed-url' | 'grant' | 'platform';

/** Accesses for which no credentials are read. */
export type TokenlessAccess = 'public' | 'grant' | 'platform';

/** What requests are counted as, for each user or address. */
export type Budget = 'api' | 'pictures';

/** The signed-in user behind a request. */
export interface Caller {
  user: UserId;
  handle: string;
  /** When the person signed in at the issuer, in milliseconds since the Unix epoch, where the credentials tell. */
  signedInAt?: number;
  /** The personal token of the request. Undefined for all other credentials: a person may do everything. */
  token?: CallerToken | undefined;
}

/** A personal token by which a caller is known. */
interface CallerToken {
  id: TokenId;
  scopes: readonly Scope[];
  /** Its end, in milliseconds since the Unix epoch. */
  expiresAt: number;
}

type CallerOf<A extends Access> = A extends 'user'
  ? Caller
  : A extends 'optional' | 'signed-url'
    ? Caller | undefined
    : undefined;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: everything parsed and typed. `request` is there for byte streams and headers. */
export interface Input<P, Q, B, A extends Access> {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  caller: CallerOf<A>;
  request: Request;
}

interface ReplyHead {
  status: number;
  /** A list makes a header of that name for each value. */
  headers?: Record<string, string | string[]> | undefined;
  /** Strong validator, without quotes. A GET whose If-None-Match names it is answered 304 without the body. */
  etag?: string | undefined;
}

/** An answer: JSON (`body`), a page (`html`), text, bytes with their type, or nothing but the head. */
export type Reply = ReplyHead &
  (
    | { body?: unknown; html?: never; text?: never; bytes?: never }
    | { html: string; body?: never; text?: never; bytes?: never }
    | { text: string; body?: never; html?: never; bytes?: never }
    | { bytes: Buffer | Readable; type: string; body?: never; html?: never; text?: never }
  );

/** The schema of a JSON reply, or the media type of any other, or null when there is no body. */
export type ReplyShape = z.ZodType | string | null;

/** A multipart body: text fields and the names of its files. For the OpenAPI document; the handler receives it. */
export interface FormShape {
  fields: z.ZodObject;
  files: Record<string, { required: boolean; description: string }>;
}

interface RouteSpec<P, Q, B, A extends Access> {
  method: Method;
  /** As Express 5 writes it: `/v1/photos/:id`. */
  path: string;
  /** One sentence for the OpenAPI document. */
  summary: string;
  /** More sentences for it. What holds for routes of the same kind is added. */
  description?: string;
  access: A;
  /** The scope that a personal token needs here. Each route that reads credentials declares one. */
  scope?: NeededScope | undefined;
  /** False leaves the route out of the OpenAPI document (pages, course routes, platform routes). */
  documented?: boolean;
  params?: P;
  query?: Q;
  body?: B;
  form?: FormShape;
  /** What the body is, where it is bytes of any type. For the OpenAPI document; the handler receives it. */
  rawBody?: string;
  /** Request headers that the handler reads, each with what it does. For the OpenAPI document. */
  headers?: Readonly<Record<string, string>>;
  replies: Record<number, ReplyShape>;
  /** `api` unless given. Free is what costs less than its refusal would. */
  countsAs?: Budget | 'free';
  /** Whose valid signed URL a request came by. For routes of this access, to count it. */
  passOwner?(request: Request): UserId | undefined;
  /**
   * The kind of work, which bounds how much of it is done at once; `pages` unless given. `uploads` ask for their turn once
   * the bytes are there. `inside`: the handler asks for a turn where it needs one, and it may need none.
   */
  work?: 'pages' | 'uploads' | 'inside';
  errors?: readonly ErrorCode[];
  /** Makes an example of the reply with status 200, where those of its fields do not make one. For the OpenAPI document. */
  example?(): unknown;
  handle(input: Input<P, Q, B, A>): Promise<Reply> | Reply;
}

/** A route whose types have been forgotten, as the mount and the OpenAPI document take it. */
export type Route = RouteSpec<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined, Access>;

/** Without a scope, the routes of all other accesses do not compile. */
type DeclaredScope<A extends Access> = A extends TokenlessAccess ? { scope?: undefined } : { scope: NeededScope };

/** Ties the schemas of a route to the types that its handler sees. */
export function defineRoute<
  A extends Access,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B, A> & DeclaredScope<A>): Route {
  return spec;
}
