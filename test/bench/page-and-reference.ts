import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBareExpress } from './bare-servers.ts';
import type { Load } from './load.ts';
import { startLibrary, type PhotoLibrary } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const FIRST_PAGE = '/v1/timeline?limit=50';

const REQUESTS = 5_000;

/** A library of `photos`, and beside it Express with the first page of it as an object, ready to be loaded. */
export async function startPageAndReference(
  scope: AsyncDisposableStack,
  photos: number,
): Promise<{ library: PhotoLibrary; bare: Load }> {
  const library = await startLibrary(scope, photos);
  const { text } = await library.user.get(FIRST_PAGE).expect(200);
  const pageFile = join(await temporaryFolder(scope), 'page.json');
  await writeFile(pageFile, text);
  const express = await startBareExpress(pageFile);
  scope.defer(() => express.stop());
  const paths = Array<string>(REQUESTS).fill('/');
  return { library, bare: { url: express.url, paths, headers: {}, connections: 16, status: 200 } };
}
