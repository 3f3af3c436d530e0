/** The long side of each variant in pixels. `large` is made when it is first asked for, the others after the upload. */
export const VARIANT_SIZES = { thumb: 256, small: 640, medium: 1280, large: 2048 } as const;

export type VariantSize = keyof typeof VARIANT_SIZES;

/** The variants that are made from one decode soon after the upload, from the largest to the smallest. */
export const EAGER_SIZES = ['medium', 'small', 'thumb'] as const satisfies VariantSize[];

export type EagerSize = (typeof EAGER_SIZES)[number];

/**
 * Pictures with more pixels than this are refused. No camera makes so many: phones have 200 million, and cameras that
 * combine several shots have 400. For pictures with fewer, `decode-cost.ts` decides whether they are shown.
 */
export const MOST_PIXELS = 500_000_000;

/**
 * The size in pixels of a variant of a picture that is shown as `width` x `height`: its long side is at most that of
 * `size`, its shape stays, and nothing is ever enlarged. The variants are made with exactly these numbers.
 */
export function fitWithin(width: number, height: number, size: VariantSize): { width: number; height: number } {
  const scale = Math.min(1, VARIANT_SIZES[size] / Math.max(width, height));
  return { width: scaled(width, scale), height: scaled(height, scale) };
}

function scaled(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}
