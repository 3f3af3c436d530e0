import type { Upload } from '../../data/model/records.ts';
import type { DirectUploads, SessionState } from '../../objects/direct-uploads.ts';

/** An open upload, and what its session says of itself. */
export interface AskedUpload {
  upload: Upload;
  state: SessionState;
}

/** Asks the session of one upload. The size of a file by a direct grant is not known. */
export const askSession = (directUploads: DirectUploads, { session, bytes, byGrant }: Upload): Promise<SessionState> =>
  directUploads.ask(session, byGrant ? undefined : bytes);

/** Sessions that are asked in parallel. */
const AT_ONCE = 20;

/**
 * Asks the session of each upload, in their order: a session that was ended at the bucket reports it only when asked.
 * @throws AppError `unavailable`
 */
export async function askSessions(directUploads: DirectUploads, uploads: readonly Upload[]): Promise<AskedUpload[]> {
  const asked: AskedUpload[] = [];
  for (let first = 0; first < uploads.length; first += AT_ONCE) {
    const some = uploads.slice(first, first + AT_ONCE).map(async (upload) => ({
      upload,
      state: await askSession(directUploads, upload),
    }));
    asked.push(...(await Promise.all(some)));
  }
  return asked;
}
