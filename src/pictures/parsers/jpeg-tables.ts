/**
 * Checks the tables of a JPEG up to its first scan, as far as it is certain that no decoder works without them (ITU-T
 * T.81, B.2.4 and C.2). Tables that no component of the scan refers to are not checked.
 */
export class JpegTables {
  /** Huffman tables by class and number as `DHT` gives them; true for one that can be decoded with. */
  readonly #huffman = new Map<number, boolean>();
  readonly #quantization = new Set<number>();
  #frame: Frame | undefined;
  #fault: string | undefined;

  /** Why the scan cannot be decoded, as a sentence. */
  get fault(): string | undefined {
    return this.#fault && `The picture cannot be decoded: ${this.#fault} Save it again from its source, then send it.`;
  }

  add(marker: number, segment: Buffer): void {
    if (marker === DHT) this.#addHuffman(segment);
    else if (marker === DQT) this.#addQuantization(segment);
    else if (marker === SOS) this.#check(segment);
  }

  addFrame(marker: number, frame: Buffer): void {
    const components = new Map<number, number>();
    for (let at = 6; at + 3 <= frame.length; at += 3) components.set(frame[at] ?? 0, frame[at + 2] ?? 0);
    this.#frame ??= { marker, components };
  }

  /** B.2.4.2: class and number, sixteen counts of codes by their length, then a value for each code. */
  #addHuffman(segment: Buffer): void {
    let at = 0;
    while (segment.length - at > 16) {
      const id = segment[at] ?? 0;
      const counts = [...segment.subarray(at + 1, at + 17)];
      const values = segment.subarray(at + 17, at + 17 + sum(counts));
      if (sum(counts) > 256 || values.length < sum(counts) || (id & 0xef) > 3) break;
      // Of the values of a DC table each is a number of bits.
      const isDecodable = leavesRoom(counts) && (id >= 0x10 || values.every((value) => value <= 16));
      this.#huffman.set(id, isDecodable);
      at += 17 + values.length;
    }
    if (at !== segment.length) this.#fault ??= 'a Huffman table of it is damaged.';
  }

  #addQuantization(segment: Buffer): void {
    for (let at = 0; at < segment.length;) {
      const head = segment[at] ?? 0;
      this.#quantization.add(head & 15);
      at += head >> 4 ? 129 : 65;
    }
  }

  #check(scan: Buffer): void {
    const { marker, components } = this.#frame ?? {};
    // Other processes code differently: hierarchical, lossless or arithmetic.
    if (marker === undefined || components === undefined || marker > SOF2) return;
    const count = scan[0] ?? 0;
    const [first, last] = [scan[1 + 2 * count] ?? 0, scan[2 + 2 * count] ?? 0];
    for (let at = 1; at < 1 + 2 * count && at + 1 < scan.length; at += 2) {
      const quantization = components.get(scan[at] ?? 0);
      if (quantization !== undefined && !this.#quantization.has(quantization)) {
        this.#fault ??= 'a quantization table that it refers to is missing.';
      }
      const tables = scan[at + 1] ?? 0;
      if (marker < SOF2 || first === 0) this.#require(tables >> 4, marker);
      if (marker < SOF2 || last > 0) this.#require(0x10 | (tables & 15), marker);
    }
  }

  #require(id: number, marker: number): void {
    const isDecodable = this.#huffman.get(id);
    if (isDecodable === false) this.#fault ??= 'a Huffman table of it is damaged.';
    // Frames of Motion JPEG leave the usual tables out, 0 and 1 of each class; decoders fill them in.
    const isUsual = marker < SOF2 && (id & 15) <= 1;
    if (isDecodable === undefined && !isUsual) this.#fault ??= 'a Huffman table that it refers to is missing.';
  }
}

interface Frame {
  marker: number;
  /** The number of each component's quantization table, by the component's own. */
  components: Map<number, number>;
}

const DHT = 0xc4;
const DQT = 0xdb;
const SOS = 0xda;
const SOF2 = 0xc2;

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** C.2: each code of a length takes its share of the codes that are longer; more than there are cannot be told apart. */
function leavesRoom(counts: number[]): boolean {
  return counts.reduce((taken, count, index) => taken + count * 2 ** (15 - index), 0) <= 2 ** 16;
}
