import { createContext, runInContext } from 'node:vm';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import type * as client from '../../src/client/index.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium } from '../web/chromium.ts';

const world = await startWorld();

/** The client as one script that has `photoTimeline` as a global. */
async function bundle(): Promise<string> {
  await using build = await rolldown({
    input: join(import.meta.dirname, '../../src/client/index.ts'),
    platform: 'neutral',
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'iife', name: 'photoTimeline' });
  return output[0].code;
}
const script = await bundle();

/** Runs where the client is a global: uploads by both routes, lists, and syncs. Is sent to Chromium as text. */
async function useClient({
  service,
  name,
  bytes,
}: {
  service: string;
  name: string;
  bytes: number[];
}): Promise<string[]> {
  const { PhotoTimelineClient, localSignIn } = (globalThis as unknown as { photoTimeline: Client }).photoTimeline;
  const own = new PhotoTimelineClient({ service, token: localSignIn(name, { service }) });
  const file = new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
  const seen: string[] = [];
  seen.push((await own.upload(file)).status);
  // Three chunks: the bucket answers the first two by 308, which is no redirect here.
  const large = new Blob([file, new Uint8Array(600_000)], { type: file.type });
  const bySession = { sessionAboveBytes: 0, chunkBytes: 256 * 1024 };
  const made = await own.upload(large, { ...bySession, onProgress: ({ sentBytes }) => seen.push(String(sentBytes)) });
  seen.push(made.status);
  for await (const { type } of own.timeline()) seen.push(type);
  const copy = { load: () => undefined, save: () => undefined };
  seen.push(`${(await own.sync(copy)).upserts} in the copy`);
  return seen;
}
type Client = typeof client;

const bytes = [...(await picture({ width: 40, height: 30, seed: 1 }))];
const LARGE = bytes.length + 600_000;
const EXPECTED = [
  'created',
  '0',
  '262144',
  '524288',
  String(LARGE),
  'created',
  'image/jpeg',
  'image/jpeg',
  '2 in the copy',
];

test('the client needs only fetch with its AbortController, Blob, FormData and timers', async () => {
  const globals = { fetch, Blob, FormData, AbortController, setTimeout, clearTimeout };
  const context = createContext({ ...globals });
  runInContext(`${script}; globalThis.photoTimeline = photoTimeline;`, context);
  const run = runInContext(`(${useClient.toString()})`, context) as typeof useClient;
  expect(await run({ service: world.url, name: 'bare', bytes })).toEqual(EXPECTED);
});

describeInChromium('the client in a page', { url: world.url }, ({ open }) => {
  test('the client uploads, lists and syncs in Chromium', async () => {
    const page = await open();
    await page.route('**/page-of-the-test', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto('/page-of-the-test');
    await page.addScriptTag({ content: script });
    expect(await page.evaluate(useClient, { service: world.url, name: 'chromium', bytes })).toEqual(EXPECTED);
  });
});
