import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Connection } from './load.ts';
import type { Answers, ClosedLoad, OpenLoad, Requests } from './open-load.ts';

// A process of its own: what else a measurement does must not delay the requests, nor the clock that times them.

/** Requests in flight at the most: more would measure this process. */
const MOST_IN_FLIGHT = 4_000;
/** How long an answer is waited for, in milliseconds, after which it does not matter any more. */
const PATIENCE = 8_000;
/** What a closed load waits after a refusal, in milliseconds. */
const AFTER_REFUSAL = 100;

process.on('message', (load: OpenLoad | ClosedLoad) => {
  const running = 'rate' in load ? runOpen(load) : runClosed(load);
  void running.then((answers) => process.send?.(answers));
});

/** Sends requests at fixed moments, whether earlier ones have been answered or not. */
async function runOpen({ rate, seconds, ...what }: OpenLoad): Promise<Answers> {
  const sender = createSender(what);
  const count = Math.round(rate * seconds);
  const started = performance.now();
  for (let sent = 0; sent < count;) {
    const now = performance.now();
    for (; sent < count && started + (sent * 1000) / rate <= now; sent++)
      void sender.send(started + (sent * 1000) / rate);
    await pause(1);
  }
  return sender.end(started);
}

/** Keeps so many requests in flight. */
async function runClosed({ atOnce, seconds, ...what }: ClosedLoad): Promise<Answers> {
  const sender = createSender(what);
  const started = performance.now();
  const work = async () => {
    while (performance.now() - started < seconds * 1000) {
      const status = await sender.send(performance.now());
      if (status >= 300) await pause(AFTER_REFUSAL);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return sender.end(started);
}

const idle: Connection[] = [];
let number = 0;

function createSender({ url, requests }: { url: string; requests: Requests }) {
  const target = new URL(url);
  const write = writerOf(target, requests);
  const accepted: number[] = [];
  const refused: number[] = [];
  const inFlight = new Set<Promise<number>>();
  let unanswered = 0;

  async function ask(due: number): Promise<number> {
    let connection: Connection | undefined;
    try {
      while (!connection?.isOpen()) connection = idle.pop() ?? (await connect(target));
      const status = await Promise.race([connection.ask(write()), pause(PATIENCE, 0, { ref: false })]);
      const ms = performance.now() - due;
      if (status === 0) throw new Error('No answer in time.');
      if (status >= 300 && status !== 429 && status !== 503) throw new Error(`An answer has the status ${status}.`);
      (status < 300 ? accepted : refused).push(ms);
      idle.push(connection);
      return status;
    } catch {
      connection?.close();
      unanswered += 1;
      return 599;
    }
  }

  return {
    send(due: number): Promise<number> {
      if (inFlight.size >= MOST_IN_FLIGHT) return Promise.resolve(((unanswered += 1), 599));
      const asked = ask(due);
      inFlight.add(asked);
      void asked.finally(() => inFlight.delete(asked));
      return asked;
    },
    /** Waits for what is in flight. */
    async end(started: number): Promise<Answers> {
      await Promise.all(inFlight);
      const seconds = (performance.now() - started) / 1000;
      return {
        acceptedPerSecond: accepted.length / seconds,
        refusedPerSecond: refused.length / seconds,
        unanswered,
        accepted: percentiles(accepted),
        refused: percentiles(refused),
      };
    },
  };
}

/** Makes the next request. */
function writerOf({ host }: URL, requests: Requests): () => string | Buffer {
  const heads = requests.tokens.map((token) => `Host: ${host}\r\nAuthorization: Bearer ${token}\r\n`);
  if (requests.kind === 'pages') {
    const { paths } = requests;
    return () => {
      const at = number++;
      return `GET ${paths[Math.floor(at / heads.length) % paths.length]} HTTP/1.1\r\n${heads[at % heads.length]}\r\n`;
    };
  }
  const photo = Buffer.from(requests.photo, 'base64');
  return () => {
    const at = number++;
    const body = formOf(photo, `${process.pid}-${at}`);
    const head =
      `POST /v1/photos HTTP/1.1\r\n${heads[at % heads.length]}` +
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  };
}

const BOUNDARY = 'one-boundary-for-all-uploads';

/** A form with the photo, in bytes that no other form has: a comment stands after its first marker (ITU-T T.81, B.2.4.5). */
function formOf(photo: Buffer, mark: string): Buffer {
  const comment = Buffer.from(`    ${mark}`);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(comment.length - 2, 2);
  const head =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n` +
    'Content-Type: image/jpeg\r\n\r\n';
  return Buffer.concat([
    Buffer.from(head),
    photo.subarray(0, 2),
    comment,
    photo.subarray(2),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

function percentiles(times: number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
