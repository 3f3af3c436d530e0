import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';

/** The codings of replies. Their names are also the endings of entity tags. */
export const CODINGS = ['br', 'gzip'] as const;

export type Coding = (typeof CODINGS)[number];

/** A body that may be compressed, and what of the reply decides how. */
interface Compressible {
  type: string | undefined;
  bytes: Buffer;
  /** Whether these very bytes are sent for months: then the best compression pays, however slow it is. */
  immutable: boolean;
}

/** A compressed body, or undefined where the plain one is sent. */
interface Compressed {
  coding: Coding;
  bytes: Buffer;
}

/** In bytes. What is smaller fits into one packet with its head anyway. */
const LEAST_BYTES = 1_000;

/** In bytes. Larger bodies are compressed in the thread pool: more than half a millisecond is too long for the event loop. */
const MOST_AT_ONCE_BYTES = 32 * 1024;

/** Whether a body of this type gets smaller. Images are compressed already. */
export const isCompressibleType = (type: string): boolean =>
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|manifest\+json)\b|image\/svg\+xml)/i.test(type);

/**
 * Compresses a body as the request's `Accept-Encoding` asks for. Each buffer is compressed once for each coding: what is
 * kept, such as a cached page, is sent again in the same compressed bytes.
 */
export async function compress(request: Request, body: Compressible): Promise<Compressed | undefined> {
  const coding = codingFor(request, body);
  if (coding === undefined) return undefined;
  const bytes = await onceFor(body, coding);
  return bytes.length < body.bytes.length || refusesPlain(request) ? { coding, bytes } : undefined;
}

/** As `compress`, at once, for small bodies. */
export function compressNow(request: Request, body: Compressible): Compressed | undefined {
  const coding = codingFor(request, body);
  return coding && { coding, bytes: SYNC[coding](body.bytes, optionsOf(coding, body)) };
}

function codingFor(request: Request, { type, bytes }: Compressible): Coding | undefined {
  if (type === undefined || !isCompressibleType(type) || isForOtherSite(request)) return undefined;
  const coding = preferred(request);
  if (coding === 'identity' || (bytes.length < LEAST_BYTES && !refusesPlain(request))) return undefined;
  return coding;
}

/**
 * Whether another site has made a browser send this request with the user's cookie. Such a site can make many of them. An
 * attacker who sees the lengths of compressed replies could then guess secrets in them (BREACH;
 * docs/decisions/027-replies-are-compressed-here.md).
 */
function isForOtherSite({ headers }: Request): boolean {
  return headers.cookie !== undefined && ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
}

/** By header: clients send few different ones. */
const preferences = new LRUCache<string, Coding | 'identity'>({ max: 100 });

/** RFC 9110, 12.5.3. A request that refuses all codings gets the plain body, as section 12.5.3 permits. */
function preferred({ headers }: Request): Coding | 'identity' {
  const accepted = headers['accept-encoding'];
  if (typeof accepted !== 'string') return 'identity';
  const known = preferences.get(accepted);
  if (known !== undefined) return known;
  // Of equal weights the smaller form counts: browsers name gzip first.
  const [best = 'identity'] = codingsIn<Coding | 'identity'>(accepted, [...CODINGS, 'identity']);
  preferences.set(accepted, best);
  return best;
}

const refusesPlain = ({ headers }: Request) => codingsIn(headers['accept-encoding'] ?? '', ['identity']).length === 0;

/** Those of `available` that the header accepts, the best first. */
function codingsIn<C extends string>(header: string, available: readonly C[]): C[] {
  const negotiator: Preferring = new Negotiator({ headers: { 'accept-encoding': header } });
  return negotiator.encodings(available, { preferred: CODINGS }) as C[];
}

/** The published types are those of version 0.6, which had no preference. */
interface Preferring {
  encodings(available: readonly string[], options?: { preferred: readonly string[] }): string[];
}

const done = new WeakMap<Buffer, Map<Coding, Promise<Buffer>>>();

function onceFor(body: Compressible, coding: Coding): Promise<Buffer> {
  const forms = done.get(body.bytes) ?? new Map<Coding, Promise<Buffer>>();
  done.set(body.bytes, forms);
  const known = forms.get(coding);
  if (known) return known;
  const made = run(body, coding);
  forms.set(coding, made);
  made.catch(() => forms.delete(coding));
  return made;
}

async function run(body: Compressible, coding: Coding): Promise<Buffer> {
  const options = optionsOf(coding, body);
  const isLong = body.bytes.length > MOST_AT_ONCE_BYTES || body.immutable;
  return isLong ? ASYNC[coding](body.bytes, options) : SYNC[coding](body.bytes, options);
}

const ASYNC = { br: promisify(brotliCompress), gzip: promisify(gzip) } as Record<Coding, AsyncCompressor>;
const SYNC = { br: brotliCompressSync, gzip: gzipSync } as Record<Coding, SyncCompressor>;

type AsyncCompressor = (bytes: Buffer, options: object) => Promise<Buffer>;
type SyncCompressor = (bytes: Buffer, options: object) => Buffer;

/**
 * Quality 5 is the first at which Brotli looks for repetitions as far back as a page reaches. docs/figures.md compares the
 * qualities.
 */
const BROTLI_QUALITY = { fresh: 5, immutable: 11 };
const GZIP_LEVEL = { fresh: 6, immutable: 9 };

function optionsOf(coding: Coding, { bytes, immutable }: Compressible): object {
  const kind = immutable ? 'immutable' : 'fresh';
  if (coding === 'gzip') return { level: GZIP_LEVEL[kind] };
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY[kind],
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
}
