import sharp from 'sharp';
import { picture } from './picture.ts';

/** A TIFF with the tags of a camera, and no picture that can be decoded: a block of EXIF is such a file. */
export async function tiff(): Promise<Buffer> {
  const { exif } = await sharp(await picture({ takenAt: '2019-07-01T10:00:00', camera: { make: 'Leica' } })).metadata();
  return exif?.subarray('Exif\0\0'.length) ?? Buffer.alloc(0);
}
