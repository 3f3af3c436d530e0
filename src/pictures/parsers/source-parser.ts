import { setImmediate as nextTurn } from 'node:timers/promises';
import { meet, mostSteps, type Parser } from './byte-parser.ts';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../runtime/errors.ts';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../runtime/byte-range.ts';

/** Bytes that are stored elsewhere and are read in ranges. */
export interface Source {
  /** In bytes. */
  size: number;
  /** The bytes from `start` up to, not with, `end`. */
  read(start: number, end: number): Promise<Buffer>;
}

/** Each read is twice as long as the one before, up to the largest: few reads, and few unused bytes. */
const FIRST_READ_BYTES = 256 * 1024;
const LARGEST_READ_BYTES = 4 * 2 ** 20;

/** Steps that take some milliseconds: after them other requests have their turn. */
const STEPS_PER_TURN = 5000;

/** In bytes. Nearly every picture ends at the end of its file, or with a tail of metadata behind it. */
const TAIL_BYTES = 64 * 1024;

/**
 * Runs a parser over bytes of which only those are read that it asks for. What it skips is not read. A parser that takes
 * too many steps is ended, and `onTooManySteps` is called.
 */
export async function parseSource(parser: Parser, source: Source, onTooManySteps?: () => void): Promise<void> {
  let [at, kept, length, tailSeen] = [0, Buffer.alloc(0), FIRST_READ_BYTES, false];
  let steps = 0;
  for (let step = parser.next(); !step.done;) {
    const ask = step.value;
    const { met, used } = meet(ask, kept);
    at += used;
    kept = kept.subarray(used);
    if (met) {
      steps += 1;
      if (steps % STEPS_PER_TURN === 0) await nextTurn();
      if (steps > mostSteps(at)) onTooManySteps?.();
      step = steps > mostSteps(at) ? parser.return() : parser.next(met);
    } else if ('skip' in ask) {
      at += ask.skip;
      ask.skip = 0;
      if (at > source.size) return;
    } else if ('find' in ask && ask.last && !tailSeen) {
      tailSeen = true;
      if (await tailHas(ask.find, at, source)) step = parser.next(ask.find);
    } else {
      const start = at + kept.length;
      if (start >= source.size) return;
      kept = Buffer.concat([kept, await source.read(start, Math.min(source.size, start + length))]);
      length = Math.min(2 * length, LARGEST_READ_BYTES);
    }
  }
}

async function tailHas(bytes: Buffer, from: number, { size, read }: Source): Promise<boolean> {
  const tail = await read(Math.max(from, size - TAIL_BYTES), size);
  return tail.includes(bytes);
}

/** Bytes in memory as a source. */
export function memorySource(bytes: Buffer): Source {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

/** An object of the bucket as a source, of a known size in bytes. Its reads throw `unavailable`. */
export function objectSource(
  blobs: { stream(name: string, range: ByteRange): Readable },
  object: string,
  size: number,
): Source {
  return {
    size,
    async read(start, end) {
      try {
        return await buffer(blobs.stream(object, { start, end: end - 1 }));
      } catch (cause) {
        throw new AppError('unavailable', 'The bucket did not give the file back. Send it again.', {
          cause,
          headers: { 'Retry-After': '1' },
        });
      }
    },
  };
}
