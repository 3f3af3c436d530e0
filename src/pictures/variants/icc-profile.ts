import { crc32, deflateSync } from 'node:zlib';

/** Where the first chunk of a PNG ends: the signature and IHDR are always this long. */
const AFTER_HEADER = 33;

/** A PNG with an ICC profile put into it (W3C PNG, third edition, 11.3.2.3). It must not have one yet. */
export function withProfile(png: Buffer, profile: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(profile)]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, AFTER_HEADER), length, body, checksum, png.subarray(AFTER_HEADER)]);
}
