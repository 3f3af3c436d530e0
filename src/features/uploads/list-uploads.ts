import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UploadId, UserId } from '../../runtime/ids.ts';
import { isOpen, type Upload } from '../../data/model/records.ts';
import type { SessionState } from '../../objects/direct-uploads.ts';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { endUploads, type EndDeps } from './end-uploads.ts';
import { askSession, askSessions, type AskedUpload } from './session-states.ts';

export interface ListUploadsDeps extends EndDeps {
  clock: Clock;
  signingKeys: SigningKeys;
}

interface ListedUploads {
  uploads: AskedUpload[];
  next: string | null;
  prev: string | null;
}

/** A cursor is the position of an upload, and the direction to read on. */
const Position = z.object({ at: z.string(), to: z.enum(['older', 'newer']) });
type Position = z.infer<typeof Position>;

const scopeOf = (user: UserId): CursorScope => ({ user, order: 'uploads' });

/** Uploads in the order of their opening, or of their end if they live longer by a grant. */
const positionOf = ({ expiresAt, id }: Upload) => `${new Date(expiresAt).toISOString()}|${id}`;

/**
 * One page of a user's open uploads, the latest first. One whose session was ended at the bucket is left out, and its
 * place is free from now on.
 * @throws AppError `cursor-invalid`, `cursor-mismatch`, `unavailable`
 */
export async function listUploads(
  deps: ListUploadsDeps,
  user: UserId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<ListedUploads> {
  const start = cursor === undefined ? undefined : readCursor(deps, scopeOf(user), cursor, Position);
  const open = (await deps.store.openUploads(user)).filter(({ expiresAt }) => expiresAt > deps.clock.now());
  const { page, older, newer } = pageOf(open, start, limit);
  const asked = await askSessions(deps.directUploads, page);
  const ended = asked.filter(({ state }) => state.kind === 'ended').map(({ upload }) => upload.id);
  if (ended.length > 0) await endUploads(deps.library, user, ended);
  const cursorAt = (at: string | undefined, to: Position['to']) =>
    at === undefined ? null : signCursor(deps, scopeOf(user), { at, to });
  return {
    uploads: asked.filter(({ state }) => state.kind !== 'ended'),
    next: cursorAt(older, 'older'),
    prev: cursorAt(newer, 'newer'),
  };
}

/**
 * One upload with what its session says. One that has become a photo counts as finished.
 * @throws AppError not-found; gone for an upload that cannot become a photo any more; unavailable
 */
export async function readUpload(deps: ListUploadsDeps, user: UserId, id: UploadId): Promise<AskedUpload> {
  const [upload] = await deps.store.uploads(user, [id]);
  if (!upload) throw new AppError('not-found', 'There is no such upload.');
  if (upload.outcome) return { upload, state: { kind: 'finished' } };
  const state = await stateOf(deps, upload);
  if (state.kind !== 'ended') return { upload, state };
  if (isOpen(upload) && upload.expiresAt > deps.clock.now()) await endUploads(deps.library, user, [id]);
  throw new AppError('gone', 'This upload has ended or expired. Open another one.');
}

const stateOf = async ({ directUploads, clock }: ListUploadsDeps, upload: Upload): Promise<SessionState> =>
  isOpen(upload) && upload.expiresAt > clock.now() ? askSession(directUploads, upload) : { kind: 'ended' };

/** There are so few open uploads of one user that all are read, and a page is cut out of them. */
function pageOf(open: Upload[], start: Position | undefined, limit: number) {
  const latestFirst = open.toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const from = start?.at ?? '';
  const page =
    start?.to === 'newer'
      ? latestFirst.filter((upload) => positionOf(upload) > from).slice(-limit)
      : latestFirst.filter((upload) => start === undefined || positionOf(upload) < from).slice(0, limit);
  const [first, last] = [page[0], page.at(-1)].map((upload) => upload && positionOf(upload));
  const [latest, earliest] = [latestFirst[0], latestFirst.at(-1)].map((upload) => upload && positionOf(upload));
  return { page, older: last === earliest ? undefined : last, newer: first === latest ? undefined : first };
}
