/** A buffer that has grown beyond this is replaced by a smaller one. */
const LARGEST_KEPT_BYTES = 1 << 20;

const VARINT = 0;
const LENGTH = 2;

/** Writes a protobuf message, so that stored entities go into a reply as the bytes they are. */
export class MessageWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  /** Begins a new message in the same memory: large buffers by the hundred keep the garbage collector busy. */
  restart(): this {
    this.#length = 0;
    if (this.#bytes.length > LARGEST_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(LARGEST_KEPT_BYTES);
    return this;
  }

  /** A non-negative integer up to 2^53; zero is left out. */
  integer(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint((field << 3) | VARINT);
    this.#varint(value);
    return this;
  }

  bytes(field: number, value: Uint8Array | undefined): this {
    return value ? this.joined(field, [value]) : this;
  }

  /** Several byte strings as one. */
  joined(field: number, values: readonly Uint8Array[]): this {
    this.#varint((field << 3) | LENGTH);
    this.#varint(values.reduce((sum, { length }) => sum + length, 0));
    for (const value of values) {
      const at = this.#room(value.length);
      this.#bytes.set(value, at);
    }
    return this;
  }

  /** A text; the empty one is left out. */
  text(field: number, value = ''): this {
    if (value === '') return this;
    this.#varint((field << 3) | LENGTH);
    const size = Buffer.byteLength(value);
    this.#varint(size);
    const at = this.#room(size);
    this.#bytes.write(value, at);
    return this;
  }

  /** A message inside this one. */
  message(field: number, write: (writer: this) => void): this {
    this.#varint((field << 3) | LENGTH);
    const start = this.#length;
    write(this);
    this.#insertLength(start);
    return this;
  }

  /** A google.protobuf.Timestamp, from microseconds since the Unix epoch. */
  timestamp(field: number, micros: number): this {
    const seconds = Math.floor(micros / 1e6);
    return this.message(field, () => this.integer(1, seconds).integer(2, (micros - seconds * 1e6) * 1e3));
  }

  /** The message, until the next one begins. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  // The length stands before the content, and how many bytes it takes is known only after it.
  #insertLength(start: number) {
    const size = this.#length - start;
    let room = 1;
    for (let rest = size; rest > 0x7f; rest = Math.floor(rest / 128)) room++;
    this.#room(room);
    this.#bytes.copyWithin(start + room, start, start + size);
    this.#length = start;
    this.#varint(size);
    this.#length = start + room + size;
  }

  #varint(value: number) {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 0x80);
    this.#byte(rest);
  }

  /** Making room may replace the buffer: the place must be known before the buffer is looked at. */
  #byte(value: number) {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#length, this.#bytes.length * 2));
    }
    return at;
  }
}
