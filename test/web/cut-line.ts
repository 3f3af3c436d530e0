import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll } from 'vitest';

/** A line to the app that can be cut. */
export interface CutLine {
  url: string;
  /** Cuts the line as soon as `bytes` more bytes have gone to the app, until it is mended. Resolves when it is cut. */
  cutAfter(bytes: number): Promise<void>;
  mend(): void;
  /** Bytes that have gone to the app. */
  sent(): number;
}

/** Opens a line to the app at `target`. It closes after the last test of the file. */
export async function cutLine(target: string): Promise<CutLine> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let sent = 0;
  let isCut = false;
  let cut: { at: number; done: () => void } | undefined;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (isCut) near.resetAndDestroy();
    else pass(near);
  }).listen(0, '127.0.0.1');
  const pass = (near: Socket) => {
    const far = connect(Number(port), hostname);
    open.add(near);
    near.pipe(far).pipe(near);
    near.on('data', ({ length }: Buffer) => {
      sent += length;
      if (!cut || sent < cut.at) return;
      isCut = true;
      for (const socket of open) socket.resetAndDestroy();
      cut.done();
      cut = undefined;
    });
    far.on('error', () => near.destroy());
    near.on('close', () => (far.destroy(), open.delete(near)));
  };
  await once(server, 'listening');
  afterAll(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => new Promise((done) => (cut = { at: sent + bytes, done })),
    mend: () => void (isCut = false),
    sent: () => sent,
  };
}
