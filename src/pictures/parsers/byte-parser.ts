/**
 * What a parser asks for next: `take` bytes, `skip` them, or `find` a sequence and continue behind it. Where the `last`
 * sequence is does not matter, since nothing is asked for after it.
 */
export type Ask = { take: number } | { skip: number } | { find: Buffer; last?: true };

/** A parser, written as if all bytes were there. It is resumed whenever its ask is met. */
export type Parser = Generator<Ask, void, Buffer>;

/** `count` bytes of the stream. */
export function* take(count: number): Generator<Ask, Buffer, Buffer> {
  return yield { take: count };
}

/** Continues `count` bytes later. */
export function* skip(count: number): Generator<Ask, void, Buffer> {
  if (count > 0) yield { skip: count };
}

/** Continues behind the next occurrence of `bytes`. */
export function* find(bytes: Buffer): Generator<Ask, void, Buffer> {
  yield { find: bytes };
}

/** Ends the parser when `bytes` stand anywhere in the rest. */
export function* findLast(bytes: Buffer): Generator<Ask, void, Buffer> {
  yield { find: bytes, last: true };
}

/**
 * The steps that a parser may take in so many bytes. Real files take at most one step in a hundred bytes. A
 * file that is cut into empty pieces would keep a core busy for half a minute.
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

/** A large `take` collects its chunks: joining them again for each chunk would take quadratic time. */
const isShort = (ask: Ask, bytes: number) => 'take' in ask && bytes < ask.take;

const NOTHING = Buffer.alloc(0);

/** Meets an ask from the bytes that are there: its result (undefined: not yet), and how many bytes it uses. */
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
  // The ask counts down: the rest is skipped in later chunks.
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
