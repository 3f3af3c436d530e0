import { z } from 'zod';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { WORDS_VERSION } from '../../data/model/words-of-photo.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { AlbumKind, albumRef, isDeleted, listKey } from '../albums/album.ts';
import { INDEXING_WORDS, wordIndexingOf } from '../../data/model/word-indexing.ts';
import { captionVocabularyRef, changeCounts, changeTitles, countChanges, vocabularyRef } from './vocabulary.ts';

/** Photos in one transaction. */
const PHOTOS_PER_COMMIT = 25;

/** Albums in one transaction, which reads them. */
const ALBUMS_PER_COMMIT = 500;

/** Transactions in one task. */
const COMMITS_PER_STEP = 20;

interface IndexWordsDeps extends SweepDeps {
  store: Store;
  library: Library;
  log: Log;
}

/** How many photos were indexed before this step. Names the step: the position itself is stored with the vocabulary. */
const State = z.object({ photos: z.int() });

/**
 * Lists the albums of a user, indexes the words of all photos, and counts them for suggestions: after a release with other words, and where an
 * earlier release has written, which drops the `words` property of the user. While the job is under way that property has
 * its progress. If such a release writes then, the job ends without a result, and the next run begins again. Position and
 * progress are written in the transaction that indexes: a step that was cut continues, and two runs share the work.
 */
export const indexWords = defineSweep({
  name: 'index-words',
  state: State,
  async step({ store, library, log }: IndexWordsDeps, user, state) {
    if (!state && !(await begin(library, user))) return { outcome: 'nothing-to-do' };
    let photos = 0;
    for (let commits = 0; commits < COMMITS_PER_STEP; commits++) {
      const { titledUpTo, countedUpTo: after } = (await store.entity(user, vocabularyRef)) ?? {};
      if (titledUpTo !== undefined) {
        await listAlbums({ store, library }, user, titledUpTo);
        continue;
      }
      if (after === undefined) return { outcome: 'nothing-to-do' };
      const found = await store.photosAfter(user, after, PHOTOS_PER_COMMIT);
      const ids = found.map(({ id }) => id);
      const outcome = await library.commit(user, (change) => indexSome(change, ids, after), [
        vocabularyRef,
        ...ids.map(photoRef),
      ]);
      if (typeof outcome === 'string') return { outcome };
      ({ photos } = outcome);
    }
    log.info({ account: user, photos }, `The words of ${photos} photos are indexed so far.`);
    return { outcome: `words of ${photos} photos indexed so far`, next: { photos } };
  },
});

/** Empties the vocabulary, which the job fills again. Returns whether there is something to do. */
const begin = (library: Library, user: UserId) =>
  library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (!found || found.words === WORDS_VERSION) return false;
    if (found.words?.startsWith(INDEXING_WORDS)) return true;
    entities.write(userRef, { ...found, words: `${INDEXING_WORDS}0` });
    entities.write(vocabularyRef, { counts: {}, titledUpTo: '', countedUpTo: '' });
    if (await entities.read(captionVocabularyRef)) entities.write(captionVocabularyRef, undefined);
    return true;
  });

/** Lists the titles of the albums behind a position of the list of albums. An album that is made meanwhile lists itself. */
async function listAlbums(
  { store, library }: Pick<IndexWordsDeps, 'store' | 'library'>,
  user: UserId,
  from: string,
): Promise<void> {
  const read = { by: 'listKey', towards: 'newer', from, limit: ALBUMS_PER_COMMIT } as const;
  const albums = (await store.snapshot(user, (snapshot) => snapshot.entities(AlbumKind, read))) ?? [];
  const last = albums.length === ALBUMS_PER_COMMIT ? albums.at(-1) : undefined;
  await library.commit(
    user,
    async (change) => {
      const { entities } = change;
      // Another run has listed these albums.
      if ((await entities.read(vocabularyRef))?.titledUpTo !== from) return;
      const titles = new Map<AlbumId, string | undefined>();
      for (const { id } of albums) {
        const album = await entities.read(albumRef(id));
        titles.set(id, album && !isDeleted(album) ? album.title : undefined);
      }
      await changeTitles(change, titles);
      const vocabulary = (await entities.read(vocabularyRef)) ?? { counts: {} };
      entities.write(vocabularyRef, { ...vocabulary, titledUpTo: last && listKey(last) });
    },
    [vocabularyRef, ...albums.map(({ id }) => albumRef(id))],
  );
}

/**
 * Indexes the photos with these ids, which follow the position `after`. Every write of a photo writes its words. Returns how
 * many are indexed so far, or why the job ends.
 */
async function indexSome(change: Change, ids: readonly PhotoId[], after: string): Promise<{ photos: number } | string> {
  const { entities } = change;
  const user = await entities.read(userRef);
  if (!user?.words?.startsWith(INDEXING_WORDS)) return 'an earlier release has written';
  const before = wordIndexingOf(user).photos ?? 0;
  // Another run has indexed these photos.
  if ((await entities.read(vocabularyRef))?.countedUpTo !== after) return { photos: before };
  for (const id of ids) {
    const photo = await entities.read(photoRef(id));
    if (!photo) continue;
    entities.write(photoRef(id), photo);
    await changeCounts(change, countChanges(undefined, photo));
  }
  const photos = before + ids.length;
  const isLast = ids.length < PHOTOS_PER_COMMIT;
  const vocabulary = (await entities.read(vocabularyRef)) ?? { counts: {} };
  entities.write(vocabularyRef, { ...vocabulary, countedUpTo: isLast ? undefined : ids.at(-1) });
  // A new sequence makes the kept replies of searches outdated, which say that they are not complete.
  const now = isLast
    ? { ...user, words: WORDS_VERSION, sequence: user.sequence + 1 }
    : { ...user, words: `${INDEXING_WORDS}${photos}` };
  entities.write(userRef, now);
  return isLast ? `words of ${photos} photos indexed` : { photos };
}
