import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { endsTakeout, explainTakeoutFault } from './explain.ts';

/** A file to fetch. */
export interface Download {
  /** Its address now. With `isExpired` a new one is asked for. */
  address(isExpired: boolean): Promise<string>;
  sha256: string;
  bytes: number;
  /** Where it is written while it is not whole. */
  to: string;
  /** Told of bytes as they arrive. */
  onBytes(count: number): void;
  signal: AbortSignal;
}

const ATTEMPTS = 6;
const FIRST_DELAY_MS = 500;
const LONGEST_WAIT_MS = 5 * 60_000;

/** A connection over which nothing arrives for so long is given up. */
const STALL_MS = 60_000;

/**
 * Fetches a file and compares its SHA-256 while it is written. A line that breaks is continued by a range request where the
 * server permits it. A file with another digest is fetched once more, and is not kept.
 * @throws Error with the reason in words
 */
export async function download(file: Download): Promise<void> {
  const target = await open(file.to, 'w');
  try {
    await fetchInto(new Partial(target, file), file);
    await target.sync();
  } catch (error) {
    await target.close();
    await rm(file.to, { force: true });
    throw error;
  }
  await target.close();
}

async function fetchInto(partial: Partial, file: Download): Promise<void> {
  let isExpired = false;
  let lies = 0;
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(partial, file, isExpired);
    if (outcome.kind === 'whole') {
      if (partial.digest() === file.sha256) return;
      await partial.begin();
      if (++lies > 1) throw new Error('The bytes that came are not those of the photo: their digest differs.');
      continue;
    }
    // Where no reply comes, the service is asked for the address again: that tells whether it can be reached at all.
    isExpired = outcome.kind === 'expired' || outcome.kind === 'silent';
    if (outcome.kind === 'refused' || attempt >= ATTEMPTS || outcome.waitMs > LONGEST_WAIT_MS) throw outcome.error;
    await pause(
      outcome.waitMs + FIRST_DELAY_MS * 2 ** (attempt - 1) * (outcome.kind === 'expired' ? 0 : 1),
      undefined,
      {
        signal: file.signal,
      },
    );
  }
}

type Outcome = { kind: 'whole' } | { kind: 'expired' | 'broken' | 'silent' | 'refused'; error: Error; waitMs: number };

/** Statuses of an address that has ended, or whose signature counts no more. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);

async function attemptOnce(partial: Partial, file: Download, isExpired: boolean): Promise<Outcome> {
  const address = await file.address(isExpired);
  const stall = new AbortController();
  let kind: 'silent' | 'broken' = 'silent';
  const timer = setTimeout(() => stall.abort(new Error('nothing has arrived for a minute')), STALL_MS);
  try {
    const signal = AbortSignal.any([file.signal, stall.signal]);
    const reply = await fetch(address, { headers: partial.headers(), signal });
    kind = 'broken';
    if (!reply.ok || !reply.body) {
      await reply.body?.cancel();
      return refusal(reply, isExpired);
    }
    if (!partial.continues(reply)) await partial.begin();
    partial.etag = reply.headers.get('ETag');
    for await (const part of reply.body) {
      timer.refresh();
      await partial.write(part);
    }
    return partial.bytes < file.bytes ? broken(kind, 'The file has ended early.') : { kind: 'whole' };
  } catch (error) {
    if (file.signal.aborted || endsTakeout(error)) throw error;
    return broken(kind, `The line has broken: ${explainTakeoutFault(causeOf(error))}.`);
  } finally {
    clearTimeout(timer);
  }
}

const broken = (kind: 'silent' | 'broken', words: string): Outcome => ({ kind, error: new Error(words), waitMs: 0 });

const causeOf = (error: unknown) => (error instanceof Error && error.cause instanceof Error ? error.cause : error);

function refusal({ status, headers }: Response, wasRenewed: boolean): Outcome {
  const error = new Error(`The file cannot be fetched: the reply has the status ${status}.`);
  const seconds = Number(headers.get('Retry-After') ?? 0);
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
  if (status === 429 || status >= 500 || status === 416) return { kind: 'broken', error, waitMs };
  return { kind: EXPIRED.has(status) && !wasRenewed ? 'expired' : 'refused', error, waitMs };
}

/** What has arrived of a file. */
class Partial {
  readonly #target: FileHandle;
  readonly #file: Download;
  #hash: Hash = createHash('sha256');
  bytes = 0;
  etag: string | null = null;

  constructor(target: FileHandle, file: Download) {
    this.#target = target;
    this.#file = file;
  }

  /** RFC 9110, 13.1.5: a server whose file is another one now sends all of it. A weak tag is not permitted there. */
  headers(): Record<string, string> {
    // The digest is that of the bytes as they are stored.
    const plain = { 'Accept-Encoding': 'identity' };
    if (this.bytes === 0 || !this.etag || this.etag.startsWith('W/')) return plain;
    return { ...plain, Range: `bytes=${this.bytes}-`, 'If-Range': this.etag };
  }

  continues({ status, headers }: Response): boolean {
    return status === 206 && headers.get('Content-Range')?.startsWith(`bytes ${this.bytes}-`) === true;
  }

  async begin(): Promise<void> {
    this.#file.onBytes(-this.bytes);
    this.#hash = createHash('sha256');
    this.bytes = 0;
    this.etag = null;
    await this.#target.truncate(0);
  }

  async write(part: Uint8Array): Promise<void> {
    this.#hash.update(part);
    // A nearly full disk may take a part of a write.
    for (let done = 0; done < part.length;) {
      done += (await this.#target.write(part, done, part.length - done, this.bytes + done)).bytesWritten;
    }
    this.bytes += part.length;
    this.#file.onBytes(part.length);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
