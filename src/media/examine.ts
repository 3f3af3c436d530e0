import { AppError } from '../http/errors.ts';
import { factsOf, type Facts, type FactsContext } from './facts.ts';
import type { ImageType } from './formats.ts';
import { feed } from './walks/byte-walk.ts';
import { nothingFound, type Findings } from './walks/findings.ts';
import { walkImage } from './walks/image.ts';
import { walkSource, type Source } from './walks/source-walk.ts';

/** What is known of a picture from the bytes that have been seen. */
export interface Examined {
  /** True once the picture is whole. Bytes after its end (motion photo, second picture, ZIP) change nothing. */
  readonly complete: boolean;
  /** What it says about itself so far. Throws `damaged-image` and `too-many-pixels`. */
  facts(context: Omit<FactsContext, 'type'>): Promise<Facts>;
}

/** Watches the bytes of one picture go by. */
export interface Examination extends Examined {
  /** Chunks may be cut anywhere; a chunk may be used for something else afterwards. */
  push(chunk: Uint8Array): void;
}

/**
 * Learns in one pass, from the frame of the format alone, whether a file is whole and what it says about itself:
 * nothing is decoded, and only its metadata is kept. Bytes that break the rules of the format never become `complete`.
 */
export function examine(type: ImageType): Examination {
  const findings = nothingFound();
  return Object.assign(examined(type, findings), { push: feed(walkImage(type, findings)) });
}

/** Learns the same of a file that lies elsewhere, and reads no more of it than that takes. */
export async function examineSource(type: ImageType, source: Source): Promise<Examined> {
  const findings = nothingFound();
  await walkSource(walkImage(type, findings), source);
  return examined(type, findings);
}

/** The facts of a picture of which nothing more will come. Throws as `facts` does, and `damaged-image` without its end. */
export async function wholeFacts(picture: Examined, context: Omit<FactsContext, 'type'>): Promise<Facts> {
  if (picture.complete) return picture.facts(context);
  throw new AppError('damaged-image', 'The picture ends too early: its last part is missing.');
}

const examined = (type: ImageType, findings: Findings): Examined => ({
  get complete() {
    return findings.complete;
  },
  facts: (context) => factsOf(findings, { ...context, type }),
});
