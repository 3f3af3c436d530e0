/** How the bytes of a form came to their end, as far as its boundary tells. */
export type FormEnd = 'closed' | 'broken-off' | 'without-boundary';

/** Behind the closing boundary most forms have a line break, some a few lines (RFC 2046, 5.1.1); in bytes. */
const LONGEST_EPILOGUE = 128;

/** What may follow a boundary: another one may begin with the same characters. Bare line ends show a malformed form. */
const BEHIND_BOUNDARY = ['\r', '\n', ' ', '\t', '--'].map((text) => Buffer.from(text));

/** Watches the bytes of a form go by, for what the parser does not tell of one that it cannot read to its end. */
export class FormEndWatch {
  readonly #delimiter: Buffer;
  readonly #tailBytes: number;
  #tail = Buffer.alloc(0);
  #isDelimited = false;

  constructor(contentType: string) {
    this.#delimiter = Buffer.from(`--${boundaryOf(contentType)}`, 'latin1');
    this.#tailBytes = this.#delimiter.length + LONGEST_EPILOGUE;
  }

  /** Searches whole chunks up to the first boundary only, which is where a form begins. */
  push(chunk: Buffer): void {
    const seen = Buffer.concat([this.#tail, this.#isDelimited ? chunk.subarray(-this.#tailBytes) : chunk]);
    this.#isDelimited ||= BEHIND_BOUNDARY.some((next) => seen.includes(Buffer.concat([this.#delimiter, next])));
    this.#tail = Buffer.from(seen.subarray(-this.#tailBytes));
  }

  /** What has come so far, taken as all of it. */
  get end(): FormEnd {
    const isPartOfOne = this.#tail.equals(this.#delimiter.subarray(0, this.#tail.length));
    if (!this.#isDelimited && !isPartOfOne) return 'without-boundary';
    return this.#tail.includes(Buffer.concat([this.#delimiter, Buffer.from('--')])) ? 'closed' : 'broken-off';
  }
}

/** RFC 2046, 5.1.1: a token or a quoted string, which may hold what needs quoting. */
function boundaryOf(contentType: string): string {
  const [, quoted, token] = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i.exec(contentType) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
}
