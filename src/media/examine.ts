import { factsOf, type Facts, type FactsContext } from './facts.ts';
import type { ImageType } from './formats.ts';
import { feed } from './walks/byte-walk.ts';
import { nothingFound } from './walks/findings.ts';
import { walkImage } from './walks/image.ts';

/** Watches the bytes of one picture go by. */
export interface Examination {
  /** Chunks may be cut anywhere; a chunk may be used for something else afterwards. */
  push(chunk: Uint8Array): void;
  /** True once the picture is whole. Bytes after its end (motion photo, second picture, ZIP) change nothing. */
  readonly complete: boolean;
  /** What is known of the picture from the bytes so far. Throws `damaged-image` and `too-many-pixels`. */
  facts(context: Omit<FactsContext, 'type'>): Promise<Facts>;
}

/**
 * Learns in one pass, from the frame of the format alone, whether a file is whole and what it says about itself:
 * nothing is decoded, and only its metadata is kept. Bytes that break the rules of the format never become `complete`.
 */
export function examine(type: ImageType): Examination {
  const findings = nothingFound();
  return {
    push: feed(walkImage(type, findings)),
    get complete() {
      return findings.complete;
    },
    facts: (context) => factsOf(findings, { ...context, type }),
  };
}
