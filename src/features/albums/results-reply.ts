import type { Reply } from '../../http/route.ts';
import type { AlbumResult } from './change-photos.ts';

/** Replies with what became of each photo that a request names. */
export const resultsReply = (status: number, results: readonly AlbumResult<string>[]): Reply => ({
  status,
  body: { results: results.map((result) => ('problem' in result ? { ...result, status: 'failed' } : result)) },
});
