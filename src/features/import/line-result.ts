import type { Library } from '../../data/commit/group-commit.ts';
import type { Store } from '../../data/read/store.ts';
import type { Problem } from '../../http/replies/problem.ts';
import type { AlbumId, PhotoId } from '../../runtime/ids.ts';
import type { PresentDeps } from '../photos/present.ts';

export interface ImportDeps extends PresentDeps {
  library: Library;
  store: Store;
}

/** What became of one line. */
export type LineResult =
  | { kind: 'photo'; status: 'updated' | 'unchanged'; id: PhotoId; albumsMissing?: string[] | undefined }
  | { kind: 'photo'; status: 'missing' | 'trashed'; sha256: string }
  | { kind: 'album'; status: 'created' | 'updated' | 'unchanged'; id: AlbumId }
  | { kind: string; status: 'skipped' }
  | { kind: string; status: 'failed'; problem: Problem };

export const failedLine = (kind: string, problem: Problem): LineResult => ({ kind, status: 'failed', problem });
