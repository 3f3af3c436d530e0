import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'node:http';
import sharp from 'sharp';
import { signUp } from '../support/test-user.ts';
import { alternate } from './alternate.ts';
import { startBareExpress } from './bare-servers.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';

const PHOTOS = 50;
const REQUESTS = 10_000;
const CONNECTIONS = 16;

/** Thumbnails of a page by their signed URLs, each of some 20 KB, against Express with one of them in memory. */
export async function measureThumbnails(scope: AsyncDisposableStack): Promise<Figure> {
  const { url } = await startTimeline(scope);
  const urls = await uploadPage(url);
  const thumb = Buffer.from(await (await fetch(`${url}${urls[0]}`)).arrayBuffer());
  const file = join(await temporaryFolder(scope), 'thumb.jpg');
  await writeFile(file, thumb);
  const bare = await startBareExpress(file);
  scope.defer(() => bare.stop());

  const shared = { headers: {}, connections: CONNECTIONS, status: 200 };
  const paths = Array.from({ length: REQUESTS }, (_, at) => urls[at % urls.length] ?? '');
  const { ours, theirs } = await alternate(7, {
    ours: async () => (await load({ ...shared, url, paths })).perSecond,
    theirs: async () => (await load({ ...shared, url: bare.url, paths: Array<string>(REQUESTS).fill('/') })).perSecond,
  });
  return {
    what: `${REQUESTS} thumbnails of ${(thumb.length / 1000).toFixed(0)} KB of ${PHOTOS} photos, ${CONNECTIONS} at once`,
    value: ours,
    unit: 'thumbnails/s',
    reference: { what: 'bare Express, one of them from memory', value: theirs },
    aim: { is: 'at least', ratio: 0.4 },
  };
}

/** The paths of the thumbnails on the first page, once they can be had. */
async function uploadPage(url: string): Promise<string[]> {
  const user = await signUp(url, 'ana');
  const agent = new Agent({ keepAlive: true });
  for (let at = 0; at < PHOTOS; at++) await upload({ url, token: user.token, agent }, [await noise()]);
  agent.destroy();
  const { body } = await user.get(`/v1/timeline?limit=${PHOTOS}`).expect(200);
  const thumbs = (body as { items: { variants: { thumb: { url: string } } }[] }).items.map(
    ({ variants }) => variants.thumb.url,
  );
  for (const thumb of thumbs) await (await fetch(`${url}${thumb}`)).arrayBuffer();
  return thumbs;
}

/** A picture whose thumbnail takes as many bytes as those of photos with much detail. */
function noise(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 45 } as const;
  return sharp({ create: { width: 256, height: 192, channels: 3, background: '#808080', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
