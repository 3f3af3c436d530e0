import { UPLOAD_WORKER } from './trusted-types.ts';
import type { FileJob, FileReply } from './upload-worker.ts';

/** The SHA-256 of a file in hex. Rejects with the error's name where the file cannot be read. */
export const digestOf = (file: File) => ask('digest', file) as Promise<string>;

/** A small square picture of a file. Rejects where the browser cannot decode it. */
export function thumbnailOf(file: File): Promise<Blob> {
  // One at a time: a decoded picture takes four bytes a pixel.
  const made = lastThumbnail.then(() => ask('thumbnail', file) as Promise<Blob>);
  lastThumbnail = made.catch(() => undefined);
  return made;
}

/** Starts the worker early, so that it is there when the network is not. */
export const startWorker = (): Worker => (worker ??= start());

let lastThumbnail: Promise<unknown> = Promise.resolve();

interface Asked {
  resolve(result: string | Blob): void;
  reject(error: DOMException): void;
}

const asked = new Map<number, Asked>();
let lastId = 0;
let worker: Worker | undefined;

function ask(kind: FileJob['kind'], file: File): Promise<string | Blob> {
  const { promise, resolve, reject } = Promise.withResolvers<string | Blob>();
  const id = ++lastId;
  asked.set(id, { resolve, reject });
  startWorker().postMessage({ id, kind, file } satisfies FileJob);
  return promise;
}

function start(): Worker {
  const started = new Worker(UPLOAD_WORKER, { type: 'module' });
  started.addEventListener('message', ({ data: { id, result, error } }: MessageEvent<FileReply>) => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (result === undefined) waiting?.reject(new DOMException('The file gave no result.', error));
    else waiting?.resolve(result);
  });
  // A worker that did not start answers nothing any more. The network may be back when the next one starts.
  started.addEventListener('error', () => {
    worker = undefined;
    for (const { reject } of asked.values()) reject(new DOMException('There is no worker.', 'NotSupportedError'));
    asked.clear();
  });
  return started;
}
