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

/** A read of one user's data. The same while the user's sequence, the signing window and the query are the same. */
export interface VersionedRead {
  user: UserId;
  /** Everything that the reply depends on besides; as JSON it tells queries apart. */
  query: unknown;
  /** Reads again, from one snapshot. */
  read(): Promise<VersionedAnswer>;
  /** Throws if the caller may not see it. Every caller may unless given. */
  admit?(user: User): void;
}

export interface VersionedAnswer extends Neighbours {
  sequence: number;
  body: unknown;
}

/**
 * Answers a read with 304, with the reply that this instance sent before, or with a new one. An unchanged reply costs
 * one lookup, a new one only its own transaction, in a turn of its kind of work.
 * @throws AppError account-erased without the user, overloaded in place of a new reply, and what `read` and `admit`
 *   throw
 */
export async function versionedReply(deps: VersionedReplyDeps, what: VersionedRead, request: Request): Promise<Reply> {
  const { user, admit } = what;
  const window = mediaWindow(deps.clock, user).toString(36);
  const query = `${window}.${hashOf(what.query)}`;
  const known = request.get('If-None-Match');
  const kept = deps.responseCache.latest(user, query);

  if (admit || kept || mayHold(deps, user, known)) {
    const now = await requireUser(deps, user);
    admit?.(now);
    const etag = `${now.sequence}.${query}`;
    if (kept?.sequence === now.sequence) return reply(request, etag, kept);
    if (matchesIfNoneMatch(known, etag)) return { status: 304, etag, headers: HEADERS };
  }
  const { body, ...rest } = await deps.admission.pages.run(() => what.read(), user);
  const fresh = { ...rest, bytes: Buffer.from(JSON.stringify(body)) };
  deps.responseCache.keep(user, query, fresh);
  return reply(request, `${fresh.sequence}.${query}`, fresh);
}

/** Whether what the client has may still be true, as far as this instance knows: only then is it worth a lookup. */
function mayHold({ responseCache }: VersionedReplyDeps, user: UserId, ifNoneMatch: string | undefined): boolean {
  const latest = responseCache.sequence(user);
  return ifNoneMatch !== undefined && (latest === undefined || ifNoneMatch.includes(`"${latest}.`));
}

const HEADERS = { 'Cache-Control': 'private, no-cache' };

const reply = (request: Request, etag: string, { bytes, ...neighbours }: CachedReply): Reply => ({
  status: 200,
  etag,
  headers: { ...HEADERS, ...pageLinks(request, neighbours) },
  type: 'application/json; charset=utf-8',
  bytes,
});

const hashOf = (query: unknown) => createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
