import type { Request } from 'express';
import { createHash } from 'node:crypto';
import type { Admission } from '../../http/admission/admission.ts';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import { pageLinks, type Neighbours } from '../../http/replies/link.ts';
import type { Reply } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { requireUser, type Store } from '../../data/read/store.ts';
import type { PresentDeps } from '../photos/present.ts';
import { mediaWindow } from '../../signing/media-token.ts';
import type { ResponseCache, CachedReply } from './response-cache.ts';

export interface VersionedReplyDeps extends PresentDeps {
  store: Store;
  responseCache: ResponseCache;
  admission: Pick<Admission, 'pages'>;
}

/** A read of one user's data. Its result depends on the user's sequence, the signing window and the query. */
interface VersionedRead {
  user: UserId;
  /** The query. Its JSON identifies it. */
  query: unknown;
  /** Reads the data in one snapshot. */
  read(): Promise<VersionedAnswer>;
  /** Refuses a caller who may not see the data. Without it every caller may. @throws AppError not-found */
  admit?(user: User): void;
}

interface VersionedAnswer extends Neighbours {
  sequence: number;
  /** JSON. */
  text: string;
  /** What the answer depends on besides. An answer with it is read each time, because no sequence tells that it is new. */
  dependsOn?: string | undefined;
}

/**
 * Answers a read with 304, with a cached reply, or with a new reply. A 304 or a cached reply costs one lookup, a new
 * reply only its own transaction, which waits for its turn.
 * @throws AppError account-erased, overloaded instead of a new reply, and the errors of `read` and `admit`
 */
export async function versionedReply(deps: VersionedReplyDeps, what: VersionedRead, request: Request): Promise<Reply> {
  const { user, admit } = what;
  const window = mediaWindow(deps.clock, user).toString(36);
  const query = `${window}.${hashOf(what.query)}`;
  const known = request.get('If-None-Match');
  const kept = deps.responseCache.latest(user, query);

  if (admit || kept || mayBeValid(deps, user, known)) {
    const now = await requireUser(deps, user);
    admit?.(now);
    const etag = `${now.sequence}.${query}`;
    if (kept?.sequence === now.sequence) return reply(deps, request, etag, kept);
    if (matchesIfNoneMatch(known, etag)) return { status: 304, etag, headers: HEADERS };
  }
  const { text, dependsOn, ...rest } = await deps.admission.pages.run(() => what.read(), user);
  const fresh = { ...rest, bytes: Buffer.from(text) };
  if (dependsOn !== undefined) {
    const etag = `${fresh.sequence}.${query}.${hashOf(dependsOn)}`;
    return matchesIfNoneMatch(known, etag)
      ? { status: 304, etag, headers: HEADERS }
      : reply(deps, request, etag, fresh);
  }
  deps.responseCache.keep(user, query, fresh);
  return reply(deps, request, `${fresh.sequence}.${query}`, fresh);
}

/** Returns whether the client's reply may still be valid, by what this instance has seen. Only then a lookup helps. */
function mayBeValid({ responseCache }: VersionedReplyDeps, user: UserId, ifNoneMatch: string | undefined): boolean {
  const latest = responseCache.sequence(user);
  return ifNoneMatch !== undefined && (latest === undefined || ifNoneMatch.includes(`"${latest}.`));
}

const HEADERS = { 'Cache-Control': 'private, no-cache' };

const reply = (
  { linkBase }: VersionedReplyDeps,
  request: Request,
  etag: string,
  { bytes, ...neighbours }: CachedReply,
): Reply => ({
  status: 200,
  etag,
  headers: { ...HEADERS, ...pageLinks(request, neighbours, linkBase) },
  type: 'application/json; charset=utf-8',
  bytes,
});

const hashOf = (query: unknown) => createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
