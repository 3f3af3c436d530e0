import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

// The reference of the hostile pictures: one of them decoded and made smaller, with nothing around it.
const [, , file = ''] = process.argv;
sharp.cache(false);
sharp.concurrency(1);
const started = performance.now();
await sharp(await readFile(file), { sequentialRead: true })
  .resize(2048, 2048, { fit: 'inside' })
  .flatten()
  .raw()
  .toBuffer();
const ms = performance.now() - started;
process.send?.({ peakMiB: process.resourceUsage().maxRSS / 1024, ms }, () => process.disconnect());
