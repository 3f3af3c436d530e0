import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KnownHosts } from '../../known-hosts.ts';
import type { Engine } from '../engine/engine.ts';
import { StorageError } from '../storage-error.ts';
import type { CallLog, CloudCall } from '../../trace/call-log.ts';
import type { Address } from './address.ts';
import type { Faults } from './faults.ts';
import type { SignedRequest } from './canonical-request.ts';

/** What every request is answered with. */
export interface ServerDeps {
  engine: Engine;
  faults: Faults;
  knownHosts: KnownHosts;
  calls: CallLog;
  /** @throws StorageError when the request is not signed as it must be */
  checkSignature(request: SignedRequest): void;
}

/** One request, with its address parsed. */
export interface Call extends ServerDeps, Address {
  request: IncomingMessage;
  response: ServerResponse;
  /** What is noted of this request. */
  noted: CloudCall;
  /** How the caller reaches this server: `http://host:port`, without a slash at the end. */
  base: string;
  /** The parts of the path that the route names, decoded: `bucket`, `object`, … */
  params: Record<string, string>;
}

/** An answer: JSON, text, nothing but a head, or bytes that `send` writes itself. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  send?: () => Promise<void>;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** One of the two APIs that Cloud Storage speaks. */
export interface Api {
  handle: Handler;
  /** Presents an error in the form of this API. */
  refuse(error: unknown): Reply;
  /** What pages of `origin` may do at this address with `method`. */
  corsRule(call: Call, origin: string, method: string): CorsRule | undefined;
}

/** What web pages of an origin may do. */
export interface CorsRule {
  methods: string[];
  /** Headers that may be sent and read; `*` means all. */
  headers: string[];
  /** Seconds for which a browser keeps the answer to a preflight. */
  maxAge: number | undefined;
  /** What Access-Control-Allow-Origin says. */
  allowOrigin: string;
}

/** A path parameter that the route is known to have. */
export function param({ params }: Call, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}

export function header({ request }: Call, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** A decimal number of the query, or undefined. */
export function numberParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : toNumber(name, text);
}

export function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new StorageError('invalid', `Invalid value '${text}' for ${name}: a number is expected.`);
}
