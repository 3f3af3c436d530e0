import { Agent } from 'node:http';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';
import { alternate } from './alternate.ts';
import { startBareReceiver } from './bare-servers.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { FIRST_PAGE } from './page-and-reference.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload, type Upload } from './upload.ts';

const UPLOADS = 64;
const AT_ONCE = 8;
const BYTES = 5_000_000;
const READS = 200;

/** How fast files come in, and how long readers wait meanwhile. The pictures in the files are small. */
export async function measureUploads(scope: AsyncDisposableStack): Promise<Figure[]> {
  const { url } = await startTimeline(scope);
  const { token } = await signUp(url, 'ana');
  const bare = await startBareReceiver(await temporaryFolder(scope));
  scope.defer(() => bare.stop());
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  scope.defer(() => agent.destroy());

  const rest = Buffer.alloc(BYTES);
  const ours = { url, token, agent };
  const { received, piped } = await alternate(3, {
    received: () => throughput(ours, rest),
    piped: () => throughput({ ...ours, url: bare.url }, rest),
  });
  const reading = { url, headers: { Authorization: `Bearer ${token}` }, paths: Array<string>(READS).fill(FIRST_PAGE) };
  const read = async () => (await load({ ...reading, connections: 1, status: 200 })).p99Ms;
  const { quiet, busy } = await alternate(1, { quiet: read, busy: () => whileUploading(ours, rest, read) });
  return [
    {
      name: 'upload',
      what: `${UPLOADS} files of ${BYTES / 1e6} MB, ${AT_ONCE} at once, until each has been answered`,
      value: received,
      unit: 'MB/s',
      reference: { what: 'node:http piping the body to a file, with sha256', value: piped },
      aim: { is: 'at least', ratio: 0.4 },
    },
    {
      name: 'read-while-uploading',
      what: `99th percentile of ${READS} readings of the first page while ${AT_ONCE} uploads run`,
      value: busy,
      unit: 'ms',
      reference: { what: 'the same at rest', value: quiet },
    },
  ];
}

/** Megabytes a second. */
async function throughput(target: Upload, rest: Buffer): Promise<number> {
  const photos = await Promise.all(Array.from({ length: UPLOADS }, () => picture()));
  const left = photos.values();
  const send = async () => {
    for (const photo of left) await upload(target, [photo, rest]);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return (UPLOADS * BYTES) / 1000 / (performance.now() - started);
}

/** Measures while so many uploads follow each other. */
async function whileUploading(target: Upload, rest: Buffer, measure: () => Promise<number>): Promise<number> {
  const over = new AbortController();
  const send = async () => {
    while (!over.signal.aborted) await upload(target, [await picture(), rest]);
  };
  const sending = Promise.all(Array.from({ length: AT_ONCE }, send));
  const value = await measure();
  over.abort();
  await sending;
  return value;
}
