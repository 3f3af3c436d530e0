/**
 * What a parser wants next of a stream of bytes: `take` them, pass them by, or go on behind a sequence of them. Of the
 * `last` sequence it does not matter where it stands, since nothing is asked for after it.
 */
export type Ask = { take: number } | { skip: number } | { find: Buffer; last?: true };

/** A parser that is written as if all bytes were there, and is resumed whenever its wish is met. */
export type Parser = Generator<Ask, void, Buffer>;

/** `count` bytes of the stream. */
export function* take(count: number): Generator<Ask, Buffer, Buffer> {
  return yield { take: count };
}

/** Goes on `count` bytes later. */
export function* skip(count: number): Generator<Ask, void, Buffer> {
  if (count > 0) yield { skip: count };
}

/** Goes on behind the next occurrence of `bytes`. */
export function* find(bytes: Buffer): Generator<Ask, void, Buffer> {
  yield { find: bytes };
}

/** Ends the parser when `bytes` stand anywhere in the rest. */
export function* findLast(bytes: Buffer): Generator<Ask, void, Buffer> {
  yield { find: bytes, last: true };
}

/**
 * The steps that a parser may take in so many bytes. Honest files take one in a hundred bytes at the most; one that is
 * cut into pieces of nothing would keep a core busy for half a minute.
 */
export const mostSteps = (bytes: number): number => 200_000 + bytes / 64;

/**
 * Feeds a parser with chunks cut anywhere. Between two chunks it keeps only the bytes with which an unmet `take` or
 * `find` has begun, so the memory is bounded by the largest `take` of the parser. A parser that takes too many steps is
 * ended, and `onTooManySteps` is called.
 */
export function feed(
  parser: Generator<Ask, unknown, Buffer>,
  onTooManySteps?: () => void,
): (chunk: Uint8Array) => void {
  let step = parser.next();
  let kept: Buffer[] = [];
  let [keptBytes, seen, steps] = [0, 0, 0];
  return (chunk) => {
    if (step.done) return;
    seen += chunk.length;
    if (isShort(step.value, keptBytes + chunk.length)) {
      kept.push(Buffer.from(chunk));
      keptBytes += chunk.length;
      return;
    }
    let bytes = kept.length > 0 ? Buffer.concat([...kept, chunk]) : asBuffer(chunk);
    while (!step.done) {
      const { met, used } = meet(step.value, bytes);
      bytes = bytes.subarray(used);
      if (!met) break;
      steps += 1;
      if (steps > mostSteps(seen)) onTooManySteps?.();
      step = steps > mostSteps(seen) ? parser.return(undefined) : parser.next(met);
    }
    kept = step.done || bytes.length === 0 ? [] : [Buffer.from(bytes)];
    keptBytes = kept[0]?.length ?? 0;
  };
}

/** A large `take` gathers its chunks: joining them again with each one would take quadratic time. */
const isShort = (ask: Ask, bytes: number) => 'take' in ask && bytes < ask.take;

const NOTHING = Buffer.alloc(0);

/** Answers an ask from the bytes that are there: what it gets (undefined: not yet), and how many bytes are used up. */
export function meet(ask: Ask, bytes: Buffer): { met: Buffer | undefined; used: number } {
  if ('take' in ask) {
    if (bytes.length < ask.take) return { met: undefined, used: 0 };
    return { met: bytes.subarray(0, ask.take), used: ask.take };
  }
  if ('find' in ask) {
    const at = bytes.indexOf(ask.find);
    if (at >= 0) return { met: NOTHING, used: at + ask.find.length };
    return { met: undefined, used: bytes.length - begun(ask.find, bytes) };
  }
  const used = Math.min(ask.skip, bytes.length);
  // The ask itself counts down: the rest of it is passed by in the chunks to come.
  ask.skip -= used;
  return { met: ask.skip === 0 ? NOTHING : undefined, used };
}

/** How many bytes at the end of `bytes` may be the beginning of `sought`; most often none, so that nothing is kept. */
function begun(sought: Buffer, bytes: Buffer): number {
  let length = Math.min(sought.length - 1, bytes.length);
  while (!bytes.subarray(bytes.length - length).equals(sought.subarray(0, length))) length -= 1;
  return length;
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
