import { z } from 'zod';
import express, { type Express } from 'express';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { formParts, type FilePart } from '../../src/http/forms/form-parts.ts';
import type { FormRules } from '../../src/http/forms/form-faults.ts';
import { mount } from '../../src/http/mount.ts';
import { defineRoute } from '../../src/http/route.ts';
import { createLog } from '../../src/runtime/log.ts';

export const BOUNDARY = 'x-x-boundary';
export const MAX_FILE = 100_000;

/** What the app of a test does with the files of a form. */
export interface FileSink {
  store(file: StoredHead, bytes: AsyncIterable<Buffer>): Promise<number>;
  discard(stored: number): Promise<void>;
}

/** A file, and the text fields that came before it. */
type StoredHead = FilePart & { fields: Record<string, string> };

/** A sink that remembers which files it keeps and which it has discarded. */
export interface MemorySink extends FileSink {
  heads: StoredHead[];
  kept: Map<number, Buffer>;
  /** Files that began to arrive. */
  begun: number;
  discarded: number[];
}

export function memorySink(overrides: Partial<FileSink> = {}): MemorySink {
  const sink: MemorySink = {
    heads: [],
    kept: new Map(),
    begun: 0,
    discarded: [],
    async store(file, bytes) {
      const id = sink.begun++;
      sink.heads.push(file);
      const chunks: Buffer[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      sink.kept.set(id, Buffer.concat(chunks));
      return id;
    },
    async discard(id) {
      sink.kept.delete(id);
      sink.discarded.push(id);
    },
    ...overrides,
  };
  return sink;
}

/** The reply of the app of a test: what a form held. */
export const Received = z.object({
  fields: z.record(z.string(), z.string()),
  files: z.array(z.object({ field: z.string(), name: z.string(), type: z.string(), stored: z.int() })),
});
type Received = z.infer<typeof Received>;

type FormOptions = Partial<FormRules> & { signal?: AbortSignal };

/** An app that takes a form at /form and answers with what the form held. */
export function formApp(sink: FileSink, { signal, ...rules }: FormOptions = {}): Express {
  const allRules = { fields: ['caption', 'alt'], files: { image: 1, preview: 1 }, maxFileBytes: MAX_FILE, ...rules };
  const app = express();
  const form = defineRoute({
    method: 'post',
    path: '/form',
    summary: 'Takes a form.',
    access: 'public',
    replies: {},
    handle: async ({ request }) => ({ status: 200, body: await receive(formParts(request, allRules, signal), sink) }),
  });
  const log = createLog({ level: 'silent' });
  mount(app, [form], { log, platform: { onAppEngine: false }, callerOf: () => Promise.resolve(undefined) });
  return app;
}

/** Stores the files of a form. Discards them when it fails. */
async function receive(parts: ReturnType<typeof formParts>, sink: FileSink): Promise<Received> {
  const fields: Record<string, string> = {};
  const files: Received['files'] = [];
  try {
    for await (const part of parts) {
      if (part.kind === 'field') fields[part.name] = part.value;
      else {
        const { field, name, type } = part;
        files.push({ field, name, type, stored: await sink.store({ ...part, fields: { ...fields } }, part.bytes) });
      }
    }
    return { fields, files };
  } catch (error) {
    for (const { stored } of files) await sink.discard(stored);
    throw error;
  }
}

export interface Part {
  name: string;
  /** Makes it a file. */
  fileName?: string;
  type?: string;
  content: string | Buffer;
}

/** A multipart body, byte for byte as a browser would send it. */
export function encodeForm(parts: Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const encoded = parts.flatMap(({ name, fileName, type, content }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: ${type ?? 'image/jpeg'}`),
    Buffer.from('\r\n\r\n'),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...encoded, Buffer.from(end)]);
}

export interface Listening {
  port: number;
  /** Connections of the test, closed with the server. */
  sockets: Socket[];
  close(): Promise<void>;
}

export async function listen(app: Express): Promise<Listening> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, sockets, close };
}

/** A bare connection that has sent the head of a form upload. `length` undefined means a chunked body. */
export function openUpload({ port, sockets }: Listening, length: number | undefined, connection = 'keep-alive') {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const size = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const type = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
  socket.write(`POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n${type}\r\n${size}\r\n\r\n`);
  return { socket, answer: () => readAnswer(socket) };
}

/** A piece of a chunked body. */
export function chunkOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** The first answer on a connection, as soon as it is there. The connection stays open. */
async function readAnswer(socket: Socket): Promise<string> {
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += String(chunk);
    const [, length, body = ''] = /Content-Length: (\d+)\r\n.*?\r\n\r\n(.*)$/is.exec(received) ?? [];
    if (Buffer.byteLength(body) === Number(length)) return received;
  }
  throw new Error(`The connection ended after: ${received}`);
}
