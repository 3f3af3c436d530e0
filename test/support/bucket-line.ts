import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll } from 'vitest';

export interface Reading {
  /** Bytes that the bucket has sent. */
  bytes: number;
  closed: Promise<unknown>;
  /** Whether more of them come within a moment. */
  grown(): Promise<boolean>;
}

/** A line to the bucket at the URL `target` that counts what goes over it. Closes after the last test of the file. */
export async function bucketLine(target: string) {
  const { hostname, port } = new URL(target);
  const open = new Set<Reading>();
  let taken = 0;
  const server = createServer((near: Socket) => {
    const far = connect(Number(port), hostname);
    const reading: Reading = {
      bytes: 0,
      closed: new Promise((resolve) => near.once('close', resolve)),
      grown: () => grows(far),
    };
    open.add(reading);
    near.pipe(far).pipe(near);
    near.on('data', () => void (taken += 1));
    far.on('data', (chunk: Buffer) => void (reading.bytes += chunk.length));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => (other.destroy(), open.delete(reading)));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => void server.close());
  /** `open`: the connections that are; `taken`: how many requests have been passed on. */
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open, taken: () => taken };
}

const grows = (socket: Socket) =>
  new Promise<boolean>((resolve) => {
    const quiet = setTimeout(resolve, 300, false);
    socket.once('data', () => (clearTimeout(quiet), resolve(true)));
  });

/** A line to the bucket that holds requests whose head contains `held` back until `release`. Closes as the other line does. */
export async function heldBucketLine(target: string, held: string) {
  const { hostname, port } = new URL(target);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  async function pass(near: Socket, far: Socket): Promise<void> {
    for await (const chunk of near as AsyncIterable<Buffer>) {
      if (chunk.includes(held)) await released;
      far.write(chunk);
    }
    far.end();
  }
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    far.on('error', () => near.destroy()).pipe(near);
    pass(near, far).catch(() => far.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, release };
}
