import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

// The reference of ingest: one picture decoded and made into the same three JPEGs again and again, two at once, in the
// cheapest way known (each size from the pixels of the one before), with nothing around it. Kernel and encoder have the
// options that the program has, so that both make the same bytes.
const [, , file = '', sides = ''] = process.argv;
const original = await readFile(file);
sharp.cache(false);
sharp.concurrency(1);

/** The long sides of the three, the largest first. */
const [largest = 0, ...smaller] = sides.split(',').map(Number);

async function makeVariants(): Promise<void> {
  let image = sharp(original).autoOrient().resize(largest, largest, { fit: 'inside' });
  const jpegs: Promise<Buffer>[] = [];
  for (const side of [...smaller, undefined]) {
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const pixels = { raw: { width: info.width, height: info.height, channels: info.channels } };
    jpegs.push(sharp(data, pixels).jpeg({ quality: 80, optimizeCoding: false }).toBuffer());
    if (side !== undefined) image = sharp(data, pixels).resize(side, side, { fit: 'inside' });
  }
  await Promise.all(jpegs);
}

/** Photos a second. */
async function loop(photos: number): Promise<number> {
  const left = Array(photos).keys();
  const work = async () => {
    for (const _ of left) await makeVariants();
  };
  const started = performance.now();
  await Promise.all([work(), work()]);
  return (photos / (performance.now() - started)) * 1000;
}

process.on('message', (photos: number) => void loop(photos).then((perSecond) => process.send?.(perSecond)));
process.send?.('ready');
