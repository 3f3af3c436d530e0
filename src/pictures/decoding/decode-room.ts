/** How much may be decoded at once. */
export interface RoomOptions {
  /** Decodes at once. */
  atOnce: number;
  /** Bytes that a decode may hold and still count as light. */
  lightBytes: number;
  /** Bytes that all decodes may hold together that are not light. */
  heavyBytes: number;
  /** Whether requests wait for the processor. Then only one light decode runs at once. */
  requestsWait?(): boolean;
}

/**
 * The memory and the cores that decodes share. Light decodes need a free place and nothing else. Heavy ones leave one
 * place free, so that a light one never waits until all places are free of heavy ones. A decode that holds more than
 * heavy ones may hold together runs alone. So all decodes hold `heavyBytes` and `lightBytes` for each place but one at
 * most, or the bytes of a single decode.
 */
export class DecodeRoom {
  readonly #options: RoomOptions;
  #light = 0;
  #heavy: number[] = [];
  #alone = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  kindOf(bytes: number): 'light' | 'heavy' | 'alone' {
    const { lightBytes, heavyBytes } = this.#options;
    if (bytes <= lightBytes) return 'light';
    return bytes <= heavyBytes ? 'heavy' : 'alone';
  }

  /** Whether a decode of so many bytes may start now. */
  fits(bytes: number): boolean {
    const { atOnce, heavyBytes } = this.#options;
    const running = this.#light + this.#heavy.length;
    const kind = this.kindOf(bytes);
    if (this.#alone || (kind === 'alone' && running > 0) || running >= atOnce) return false;
    if (kind === 'light' && this.#light > 0 && this.#options.requestsWait?.()) return false;
    if (kind !== 'heavy') return true;
    const held = this.#heavy.reduce((sum, each) => sum + each, 0);
    return this.#heavy.length < Math.max(1, atOnce - 1) && held + bytes <= heavyBytes;
  }

  take(bytes: number): void {
    const kind = this.kindOf(bytes);
    if (kind === 'light') this.#light += 1;
    else if (kind === 'heavy') this.#heavy.push(bytes);
    else this.#alone = true;
  }

  give(bytes: number): void {
    const kind = this.kindOf(bytes);
    if (kind === 'light') this.#light -= 1;
    else if (kind === 'heavy') this.#heavy.splice(this.#heavy.indexOf(bytes), 1);
    else this.#alone = false;
  }
}
