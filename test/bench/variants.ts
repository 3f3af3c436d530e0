import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeVariants } from '../../src/pictures/variants/variants.ts';
import { alternate } from './alternate.ts';
import { startBareSharp } from './bare-sharp.ts';
import { cameraPhoto } from './camera-photo.ts';
import type { Figure } from './figure.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PHOTOS = 30;
const AT_ONCE = 2;

/** The making of variants alone, without upload, bucket and entities, against sharp alone. */
export async function measureVariants(scope: AsyncDisposableStack): Promise<Figure> {
  const jpeg = await cameraPhoto();
  const file = join(await temporaryFolder(scope), 'photo.jpg');
  await writeFile(file, jpeg);
  const bare = await startBareSharp(file, [1280, 640, 256]);
  scope.defer(() => bare.stop());

  const { ours, theirs } = await alternate(5, { ours: () => loop(jpeg), theirs: () => bare.run(PHOTOS) });
  return {
    what: `${PHOTOS} photos of 12 MP, ${AT_ONCE} at once: 1280, 640 and 256 pixels, thumbhash and colour`,
    value: ours,
    unit: 'photos/s',
    reference: { what: 'bare sharp, same variants, two at once', value: theirs },
    aim: { is: 'at least', ratio: 0.9 },
  };
}

/** Photos a second. */
async function loop(jpeg: Buffer): Promise<number> {
  const left = Array(PHOTOS).keys();
  const work = async () => {
    for (const _ of left) await makeVariants(jpeg, 'image/jpeg');
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (PHOTOS / (performance.now() - started)) * 1000;
}
