import { ACCOUNT_ACTS } from './account-acts.ts';
import type { Act } from './act.ts';
import { ALBUM_ACTS } from './album-acts.ts';
import { LIST_ACTS } from './list-acts.ts';
import { PHOTO_ACTS } from './photo-acts.ts';
import { UPLOAD_ACTS } from './upload-acts.ts';

/** All that people do with the pages. A further act is a further entry of a list. */
export const ACTS: readonly Act[] = [...LIST_ACTS, ...PHOTO_ACTS, ...UPLOAD_ACTS, ...ACCOUNT_ACTS, ...ALBUM_ACTS];
