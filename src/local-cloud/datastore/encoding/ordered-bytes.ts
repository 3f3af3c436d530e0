/** Builds byte strings whose order, byte by byte, is the order of what was written. */
export class OrderedBytes {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): this {
    const at = this.#room(1);
    this.#bytes[at] = value;
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Bytes of any length, ended by 00 00; a zero inside is written 00 FF, so that the end sorts before any going on. */
  ended(bytes: Uint8Array): this {
    if (!bytes.includes(0)) return this.raw(bytes).raw(END);
    for (const byte of bytes) {
      if (byte === 0) this.raw(ZERO);
      else this.byte(byte);
    }
    return this.raw(END);
  }

  /** Text by its UTF-8 bytes, ended like `ended`. */
  text(text: string): this {
    return this.ended(Buffer.from(text, 'utf8'));
  }

  /** An IEEE double in numeric order: NaN first, -0 as 0. */
  double(value: number): this {
    const at = this.#room(8);
    if (Number.isNaN(value)) this.#bytes.fill(0, at, at + 8);
    else this.#bytes.writeDoubleBE(value === 0 ? 0 : value, at);
    if (Number.isNaN(value)) return this;
    if (value < 0) this.invert(at);
    else this.#bytes[at]! |= 0x80;
    return this;
  }

  /** A non-negative integer below 2^(8 × size), `size` at most 6. */
  uint(value: number, size: number): this {
    const at = this.#room(size);
    this.#bytes.writeUIntBE(value, at, size);
    return this;
  }

  int64(value: bigint): this {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(value + SIGN, at);
    return this;
  }

  /** Turns round the order of everything written since `from`. */
  invert(from: number): this {
    for (let at = from; at < this.#length; at++) this.#bytes[at] = ~this.#bytes[at]!;
    return this;
  }

  /** The bytes written so far, as a copy. */
  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  /** Where `size` more bytes go. It may replace `#bytes`, so it is called before that is looked at. */
  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#length, this.#bytes.length * 2));
    }
    return at;
  }
}

/** What ends text, paths and other parts of open length. */
export const END = Buffer.of(0, 0);

const ZERO = Buffer.of(0, 0xff);
const SIGN = 1n << 63n;

/** The index just after the part that begins at `from` and was written by `ended`. */
export function endOf(bytes: Uint8Array, from: number, inverted = false): number {
  const zero = inverted ? 0xff : 0;
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] !== zero) continue;
    if (bytes[at + 1] === zero) return at + 2;
    at++;
  }
  throw new RangeError('A part of open length has no end.');
}

/** What `ended` was given, for the part that spans `from` to `end`. */
export function readEnded(bytes: Buffer, from: number, end: number): Buffer {
  const part = bytes.subarray(from, end - END.length);
  if (!part.includes(0)) return part;
  return Buffer.from(part.toString('latin1').replaceAll('\0\u00ff', '\0'), 'latin1');
}

/** Each byte's complement: the same parts in the opposite order. */
export function inverted(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at++) copy[at] = ~copy[at]!;
  return copy;
}

/** The least byte string above everything that begins with `prefix`; null if there is none. */
export function prefixEnd(prefix: Buffer): Buffer | null {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return null;
  const end = Buffer.from(prefix.subarray(0, length));
  end[length - 1]! += 1;
  return end;
}
