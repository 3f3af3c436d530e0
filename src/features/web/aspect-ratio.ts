/**
 * The shapes that the stylesheet has a class for, as width / height in percent: those of cameras and screens, and some
 * between them. The policy of our pages lets in no style of a single picture.
 */
export const SHAPES = [
  40, 46, 50, 56, 62, 67, 71, 75, 80, 90, 100, 111, 125, 133, 141, 150, 160, 178, 200, 217, 240, 270, 320,
];

/** The class of the shape that is nearest to `width` x `height` pixels; the grid crops what is over. */
export function ratioClass({ width, height }: { width: number; height: number }): string {
  const percent = (100 * width) / height;
  // By quotient, since 40 and 50 differ more than 270 and 280 do.
  const distance = (shape: number) => Math.abs(Math.log(shape / percent));
  return `ratio-${SHAPES.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best))}`;
}
