/** Inclusive byte positions, as in HTTP. */
export interface ByteRange {
  start: number;
  end: number;
}
