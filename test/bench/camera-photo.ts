import sharp from 'sharp';

/** What a phone's camera makes of 12 megapixels. */
const [WIDTH, HEIGHT] = [4032, 3024];

/** A JPEG of 12 megapixels with as much detail as photos have: some 4 MB. */
export async function cameraPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#808080', noise } })
    .blur(1.2)
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The same picture in other bytes: a comment (ITU-T T.81, B.2.4.5) with the number stands after the first marker. */
export function numbered(jpeg: Buffer, number: number): Buffer[] {
  const comment = Buffer.from(`    ${number}`);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(comment.length - 2, 2);
  return [jpeg.subarray(0, 2), comment, jpeg.subarray(2)];
}
