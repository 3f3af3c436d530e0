import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll } from 'vitest';

/** A line to a server that breaks at random places, in either direction. */
export interface CuttingLine {
  /** The server's URL by way of this line. */
  url: string;
  /** Connections that have been cut. */
  cuts(): number;
}

/**
 * Passes bytes on to `target`. Each connection dies after a random number of bytes, fewer than `farthest`: in the middle
 * of a request, or of the answer to one that has been carried out.
 */
export async function cuttingLine(
  target: string,
  { farthest, seed }: { farthest: number; seed: number },
): Promise<CuttingLine> {
  const { hostname, port } = new URL(target);
  const random = randomness(seed);
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    tie(near, far, Math.floor(random() * farthest), () => (cuts += 1));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts };
}

/** Passes bytes on in both directions until `left` of them have gone by, or one end hangs up: then both are dead. */
function tie(near: Socket, far: Socket, left: number, onCut: () => void): void {
  const cut = () => {
    near.destroy();
    far.destroy();
  };
  const passTo = (to: Socket) => (chunk: Buffer) => {
    if (left < 0) return;
    to.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left >= 0) return;
    onCut();
    // What has been passed on arrives before the line is dead.
    to.end(cut);
  };
  near.on('data', passTo(far)).on('error', cut).on('close', cut);
  far.on('data', passTo(near)).on('error', cut).on('close', cut);
}

/** Mulberry32: numbers from 0 to 1 that are the same for the same seed. */
function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
