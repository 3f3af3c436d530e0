import { take, type Ask } from './byte-parser.ts';

/** A box of the ISO base media file format that is wholly in memory (ISO/IEC 14496-12, 4.2). */
export interface Box {
  name: string;
  payload: Buffer;
}

/** The head of a box in a stream: `length` counts the whole box, `head` the bytes of this head; 0 is "to the end". */
interface BoxHead {
  name: string;
  length: number;
  head: number;
}

/** Reads the head of the next box; undefined where the bytes are none. */
export function* boxHead(): Generator<Ask, BoxHead | undefined, Buffer> {
  const bytes = yield* take(8);
  const short = bytes.readUInt32BE();
  const name = bytes.toString('latin1', 4);
  if (!/^[ -~]{4}$/.test(name)) return undefined;
  if (short !== 1) return short === 0 || short >= 8 ? { name, length: short, head: 8 } : undefined;
  const length = Number((yield* take(8)).readBigUInt64BE());
  return length >= 16 ? { name, length, head: 16 } : undefined;
}

/** The boxes that lie one behind the other in `bytes`. */
export function* boxesIn(bytes: Buffer): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short || bytes.length - at;
    if (length < head) return;
    yield { name: bytes.toString('latin1', at + 4, at + 8), payload: bytes.subarray(at + head, at + length) };
    at += length;
  }
}

/** The payload of the first box at the end of a path of names. */
export function boxAt(bytes: Buffer, ...path: string[]): Buffer | undefined {
  let payload: Buffer | undefined = bytes;
  for (const name of path) {
    payload = payload && [...boxesIn(payload)].find((box) => box.name === name)?.payload;
  }
  return payload;
}

/** What `read` finds, or undefined when it reads beyond the last byte: then the box is shorter than it says. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export interface ByteCursor {
  /** The next `count` bytes as an unsigned number; 0 when none are asked for. */
  read(count: number): number;
}

export function cursor(bytes: Buffer): ByteCursor {
  let at = 0;
  return {
    read(count) {
      at += count;
      if (count === 8) return Number(bytes.readBigUInt64BE(at - 8));
      return count === 0 ? 0 : bytes.readUIntBE(at - count, count);
    },
  };
}
