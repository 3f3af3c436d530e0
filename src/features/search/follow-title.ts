import type { Change } from '../../data/rules/change.ts';
import type { AlbumId } from '../../runtime/ids.ts';
import { changeTitles } from './vocabulary.ts';

/** Keeps the titles in the vocabulary in agreement with the albums, in the same transaction. */
export const followTitle = (change: Change, album: AlbumId, title: string | undefined): Promise<void> =>
  changeTitles(change, new Map([[album, title]]));
