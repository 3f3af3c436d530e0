import { finished, type Readable } from 'node:stream';

/**
 * Hands bytes over in chunks, and resolves after the last one. Rejects with what `take` throws, which gets no further
 * chunk. Iterators would cost more than the work on a chunk: each layer of them waits several times for each chunk.
 */
export type Bytes = (take: (chunk: Uint8Array) => void) => Promise<void>;

/** The bytes of a stream that this function opens and closes. */
export function bytesOf(open: () => Readable): Bytes {
  return async (take) => {
    const stream = open();
    try {
      await readUntil(stream, take);
    } finally {
      stream.destroy();
    }
  };
}

/**
 * Reads a stream until `take` returns true or throws. What follows stays in the stream. Returns false when the stream
 * ends before.
 */
export function readUntil(stream: Readable, take: (chunk: Uint8Array) => boolean | void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      try {
        if (take(chunk)) leave(() => resolve(true));
      } catch (error) {
        leave(() => reject(error));
      }
    };
    const forget = finished(stream, { writable: false }, (error) =>
      leave(() => (error ? reject(error) : resolve(false))),
    );
    const leave = (outcome: () => void) => {
      stream.pause().off('data', onData);
      forget();
      outcome();
    };
    stream.on('data', onData).resume();
  });
}
