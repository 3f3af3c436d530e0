import { boxAt, readable } from './boxes.ts';
import type { Findings } from './findings.ts';

/** Takes from the `moov` box of an image sequence when it was made and how many pictures its first track has. */
export function readSequence(moov: Buffer, findings: Findings): void {
  readable(() => {
    const header = boxAt(moov, 'mvhd');
    const samples = boxAt(moov, 'trak', 'mdia', 'minf', 'stbl', 'stsz');
    if (header) findings.created ??= instant(header);
    if (samples) findings.frames = samples.readUInt32BE(8);
  });
}

/** From midnight, 1 January 1904 UTC, where the clocks of this container begin, to the Unix epoch, in seconds. */
const EPOCH = 2_082_844_800;

/** The instant in RFC 3339; undefined when the field was left at zero. Version 1 has eight bytes for it. */
function instant(header: Buffer): string | undefined {
  const seconds = header[0] === 1 ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
  return seconds === 0 ? undefined : new Date((seconds - EPOCH) * 1000).toISOString().replace('.000Z', 'Z');
}
