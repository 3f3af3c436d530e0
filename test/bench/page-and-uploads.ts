import { Agent } from 'node:http';
import { signUp } from '../support/test-user.ts';
import { cameraPhoto, numbered } from './camera-photo.ts';
import { median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { outdatePages, pagesAt, startLibrary } from './photo-library.ts';
import { upload } from './upload.ts';

const PHOTOS = 1_000;
/** Pages in one round, and rounds: the p99 of so many is their fourth slowest, of which the median counts. */
const [PAGES, ROUNDS] = [400, 3];
const UPLOADS_AT_ONCE = 4;

/** Pages of one user, each read from Datastore, while another one uploads, against the same at rest. */
export async function measurePageAndUploads(scope: AsyncDisposableStack): Promise<Figure> {
  const library = await startLibrary(scope, PHOTOS);
  const paths = await pagesAt(library, 0, PAGES);
  const uploader = await signUp(library.url, 'uploader');
  const jpeg = await cameraPhoto();
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS_AT_ONCE });
  scope.defer(() => agent.destroy());
  const p99 = async () => {
    const p99s: number[] = [];
    while (p99s.length < ROUNDS) {
      await outdatePages(library);
      p99s.push((await load({ ...library, paths, connections: 1, status: 200 })).p99Ms);
    }
    return median(p99s);
  };

  await p99();
  const atRest = await p99();
  const stop = new AbortController();
  let uploaded = 0;
  const send = async () => {
    while (!stop.signal.aborted)
      await upload({ url: library.url, token: uploader.token, agent }, numbered(jpeg, uploaded++));
  };
  const sending = Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, send));
  const amidUploads = await p99();
  stop.abort();
  await sending;
  return {
    what: `p99 of ${PAGES} pages of 50, each read from Datastore, while ${UPLOADS_AT_ONCE} uploads of 12 MP were in work (${uploaded} in all)`,
    value: amidUploads,
    unit: 'ms',
    reference: { what: 'at rest', value: atRest },
    aim: { is: 'at most', ratio: 2 },
  };
}
