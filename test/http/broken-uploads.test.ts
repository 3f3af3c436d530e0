import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import {
  chunkOf,
  encodeForm,
  formApp,
  listen,
  MAX_FILE,
  memorySink,
  openUpload,
  type Listening,
  type MemorySink,
} from './forms.ts';

const MIB = 2 ** 20;
let app: Listening;
afterEach(() => app.close());

async function start(sink: MemorySink, options: Parameters<typeof formApp>[1] = {}): Promise<void> {
  app = await listen(formApp(sink, options));
}

/** A form up to somewhere in its last file. */
function openForm(names: string[], bytes = 5000): Buffer {
  return encodeForm(
    names.map((name) => ({ name, fileName: 'a.jpg', content: Buffer.alloc(bytes) })),
    '',
  ).subarray(0, -2);
}

/** A sink that tells when the preview begins to arrive, with what reason it fails, and when a file is discarded. */
function watched() {
  const begun = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<unknown>();
  const gone = Promise.withResolvers<void>();
  const sink = memorySink();
  const store = sink.store.bind(sink);
  const discard = sink.discard.bind(sink);
  sink.store = async (file, bytes) => {
    if (file.field === 'preview') begun.resolve();
    try {
      return await store(file, bytes);
    } catch (error) {
      broken.resolve(error);
      throw error;
    }
  };
  sink.discard = async (stored) => {
    await discard(stored);
    gone.resolve();
  };
  return { sink, begun: begun.promise, broken: broken.promise, gone: gone.promise };
}

test('a client that goes away breaks off what is being stored, and what was stored goes', async () => {
  const { sink, begun, broken, gone } = watched();
  await start(sink);
  const { socket } = openUpload(app, MIB);
  socket.write(openForm(['image', 'preview']));
  await begun;
  socket.destroy();
  expect(await broken).toMatchObject({ code: 'upload-aborted' });
  await gone;
  expect([...sink.kept]).toEqual([]);
  expect(sink.discarded).toEqual([0]);
});

test('a file that is stored only after the client has gone is discarded too', async () => {
  const finish = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const { sink, gone } = watched();
  const store = sink.store.bind(sink);
  sink.store = async (file, bytes) => {
    const stored = await store(file, bytes);
    arrived.resolve();
    await finish.promise;
    return stored;
  };
  await start(sink);
  const { socket } = openUpload(app, MIB);
  socket.write(openForm(['image', 'preview']));
  await arrived.promise;
  socket.destroy();
  finish.resolve();
  await gone;
  expect(sink.discarded).toEqual([0]);
});

test('a stop signal breaks a form off', async () => {
  const stop = new AbortController();
  const { sink, begun } = watched();
  await start(sink, { signal: stop.signal });
  const { socket, answer } = openUpload(app, MIB);
  socket.write(openForm(['image', 'preview']));
  await begun;
  stop.abort(new Error('The program stops.'));
  expect(await answer()).toContain(' 500 ');
  expect([...sink.kept]).toEqual([]);
});

test('a body that says it is too large is refused before it comes', async () => {
  const sink = memorySink();
  await start(sink);
  const { answer } = openUpload(app, MAX_FILE + MIB + 1);
  const text = await answer();
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  expect(text).toMatch(/\r\nConnection: close\r\n/i);
  expect(text).toContain(`"code":"body-too-large"`);
  expect(text).toContain(`"maxBytes":${MAX_FILE + MIB}`);
  expect(sink.begun).toBe(0);
});

test('a body that does not say how large it is ends at the limit', async () => {
  const sink = memorySink({ store: swallow });
  await start(sink, { files: { image: 1 }, maxFileBytes: 10 });
  const { socket, answer } = openUpload(app, undefined);
  // Fields before the first boundary count too, although no parser yields them.
  for (let sent = 0; sent < MIB + 100; sent += 65_536) socket.write(chunkOf(Buffer.alloc(65_536, 32)));
  expect(await answer()).toContain('"code":"body-too-large"');
});

test.each([
  ['an unknown file field', openForm(['photo']), '"pointer":"/photo"'],
  ['a file too many', openForm(['image', 'image']), '"code":"too-many-files"'],
  ['a file too large', openForm(['image'], MAX_FILE + 70_000), '"code":"file-too-large"'],
])('%s is answered while the client is still sending', async (_what, begin, expected) => {
  const sink = memorySink();
  await start(sink);
  const { socket, answer } = openUpload(app, MIB);
  socket.write(begin);
  expect(await answer()).toContain(expected);
  expect([...sink.kept]).toEqual([]);
});

test('a file that the sink refuses is answered while the client is still sending', async () => {
  await start(memorySink({ store: () => Promise.reject(new Error('the bucket is gone')) }));
  const { socket, answer } = openUpload(app, MIB);
  socket.write(openForm(['image']));
  expect(await answer()).toContain('"code":"internal"');
});

test('a client that sends on after a refusal reads the answer, and no reset', async () => {
  await start(memorySink());
  const total = 8 * MIB;
  const { socket, answer } = openUpload(app, total);
  const text = answer();
  for (let sent = 0; sent < total; sent += MIB) {
    if (!socket.write(Buffer.alloc(MIB))) await once(socket, 'drain');
  }
  expect(await text).toContain('"code":"body-too-large"');
  await once(socket.resume(), 'end');
});

test('after a refused form that came whole the connection serves the next request', async () => {
  await start(memorySink());
  const form = openForm(['image']);
  const { socket } = openUpload(app, form.length);
  socket.write(form);
  expect(String(await once(socket, 'data'))).toContain('"code":"upload-aborted"');
  socket.write('GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(String(await once(socket, 'data'))).toContain('"code":"not-found"');
});

test('a sink that does not read holds the client back: a form never piles up in memory', async () => {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const store = async (file: unknown, bytes: AsyncIterable<Buffer>) => {
    begun.resolve();
    await go.promise;
    return swallow(file, bytes);
  };
  await start(memorySink({ store }), { maxFileBytes: 64 * MIB });
  const form = encodeForm([{ name: 'image', fileName: 'a.jpg', content: Buffer.alloc(64 * MIB) }]);
  const { socket, answer } = openUpload(app, form.length);
  for (let sent = 0; sent < form.length; sent += MIB) socket.write(form.subarray(sent, sent + MIB));
  await begun.promise;
  for (let turn = 0; turn < 500; turn++) await setImmediate();
  // The kernel's own buffers hold some MiB.
  expect(socket.writableLength).toBeGreaterThan(32 * MIB);
  go.resolve();
  expect(await answer()).toContain('"stored":1');
});

async function swallow(_file: unknown, bytes: AsyncIterable<Buffer>): Promise<number> {
  for await (const _chunk of bytes);
  return 1;
}
