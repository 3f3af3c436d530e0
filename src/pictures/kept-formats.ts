import { factsWithoutSize, type Facts, type FactsContext } from './facts/facts.ts';
import type { Examination } from './examine.ts';
import { keep, nothingFound } from './parsers/findings.ts';

/** Kinds of picture that are kept but not decoded here. Most cameras' raw files are TIFF by their content. */
export type KeptType = 'image/tiff' | 'image/jxl';

export const isKept = (type: string): type is KeptType => type === 'image/tiff' || type === 'image/jxl';

/** The kind of a picture that is only kept, by its first bytes; undefined for anything else. */
export function sniffKept(head: Uint8Array): KeptType | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 12)).toString('latin1');
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'image/tiff';
  if (text.startsWith('\xff\x0a') || text === '\0\0\0\x0cJXL \r\n\x87\n') return 'image/jxl';
  return undefined;
}

/** As much of a TIFF as its tags are looked for in, in bytes. */
const TAG_BYTES = 2 ** 16;

/**
 * Examines the bytes of a picture that no parser here understands: it counts as whole where it ends, and its size stays
 * unknown. A TIFF begins as a block of EXIF does, and often has its tags there.
 */
export function examineKept(type: KeptType): Examination {
  const head: Buffer[] = [];
  let left = type === 'image/tiff' ? TAG_BYTES : 0;
  return {
    complete: true,
    missing: 'part',
    passed: [],
    push(chunk) {
      if (left > 0) head.push(Buffer.from(chunk.subarray(0, left)));
      left -= chunk.length;
    },
    async facts(context: Omit<FactsContext, 'type'>): Promise<Facts> {
      const findings = nothingFound();
      keep(findings, 'exif', Buffer.concat(head));
      return { width: 0, height: 0, ...(await factsWithoutSize(findings, context)) };
    },
    settle: async () => false,
  };
}
