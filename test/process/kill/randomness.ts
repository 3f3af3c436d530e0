/** Numbers that look random and come again with the same seed. */
export interface Randomness {
  /** 0 ≤ value < 1. */
  fraction(): number;
  /** A whole number from `least` to `most`, both possible. */
  whole(least: number, most: number): number;
  pick<T>(values: readonly T[]): T | undefined;
}

/** A 32-bit generator by Marsaglia's xorshift ("Xorshift RNGs", 2003) on a seed that is not 0. */
export function randomnessOf(seed: number): Randomness {
  let state = seed >>> 0 || 1;
  const fraction = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  return { fraction, whole, pick: (values) => values[whole(0, values.length - 1)] };
}
