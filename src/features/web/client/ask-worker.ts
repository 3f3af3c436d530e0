import { UPLOAD_WORKER } from './trusted-types.ts';
import type { FileJob, FileReply } from './upload-worker.ts';

/** The SHA-256 of a file in hex. Rejects with the error's name where the file cannot be read. */
export const digestOf = (file: File) => ask('digest', file) as Promise<string>;

/** A small square picture of a file. Rejects where the browser cannot decode it. */
export const thumbnailOf = (file: File) => ask('thumbnail', file) as Promise<Blob>;

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
  worker ??= start();
  worker.postMessage({ id, kind, file } satisfies FileJob);
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
  // A worker that did not start answers nothing any more.
  started.addEventListener('error', () => {
    for (const { reject } of asked.values()) reject(new DOMException('There is no worker.', 'NotSupportedError'));
    asked.clear();
  });
  return started;
}
