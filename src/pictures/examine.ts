import { AppError } from '../runtime/errors.ts';
import type { DecodeQueue } from './decoding/decode-queue.ts';
import { factsOf, type Facts, type FactsContext } from './facts/facts.ts';
import type { ImageType } from './formats.ts';
import { endsTooEarly, requireWhole } from './decoding/missing-end.ts';
import { feed } from './parsers/byte-parser.ts';
import { nothingFound, type Findings, type Missing, type Place } from './parsers/findings.ts';
import { keepItem } from './parsers/heif.ts';
import { parseImage } from './parsers/image.ts';
import { parseSource, type Source } from './parsers/source-parser.ts';

/** What is known of a picture from the bytes that have been seen. */
interface Examined {
  /** True once the picture is whole. Bytes after its end (motion photo, second picture, ZIP) change nothing. */
  readonly complete: boolean;
  /** What it lacks, unless it is complete. */
  readonly missing: Missing;
  /** Metadata that stood before the index that tells its place. */
  readonly passed: readonly Place[];
  /** What it says about itself so far. Throws `damaged-image` and `too-many-pixels`. */
  facts(context: Context): Promise<Facts>;
  /** Reads what passed too early. Returns whether `needsChecksum`, and throws as `conclude` does. */
  settle(deps: ConcludeDeps, origin: Origin): Promise<boolean>;
}

type Context = Omit<FactsContext, 'type'>;

/** Watches the bytes of one picture go by. */
export interface Examination extends Examined {
  /** Chunks may be cut anywhere; a chunk may be used for something else afterwards. */
  push(chunk: Uint8Array): void;
}

export interface ConcludeDeps {
  decodes: DecodeQueue;
}

/** Where the file of a picture lies, and whose turn it takes in the queue if it must be decoded. */
interface Origin<S = Source> {
  source: S;
  user: string;
}

/** What is known of a picture of which nothing more will come. */
interface Conclusion {
  facts: Facts;
  /** True where nothing in the file tells that it is whole: it must have the digest that its client has announced. */
  needsChecksum: boolean;
}

/**
 * Learns in one pass, from the frame of the format alone, whether a file is whole and what it says about itself:
 * nothing is decoded, and only its metadata is kept. Bytes that break the rules of the format never become `complete`.
 */
export function examine(type: ImageType): Examination {
  const findings = nothingFound();
  return Object.assign(examined(type, findings), { push: feed(parseImage(type, findings), () => giveUp(findings)) });
}

/** Learns the same of a file that lies elsewhere, and reads no more of it than that takes. */
export async function examineSource(type: ImageType, source: Source): Promise<Examined> {
  const findings = nothingFound();
  await parseSource(parseImage(type, findings), source, () => giveUp(findings));
  return examined(type, findings);
}

/** What is in too many pieces never becomes whole. */
function giveUp(findings: Findings): void {
  findings.missing = 'part';
}

/**
 * Concludes the examination of a file that has come to its end. Few files must be read once more for that: their
 * metadata stands before their index, or their end marker is missing. Undefined if that is so and there is no source.
 * @throws AppError damaged-image, too-many-pixels; busy and the faults of the source while reading once more
 */
export function conclude(deps: ConcludeDeps, picture: Examined, context: Context & Origin): Promise<Conclusion>;
export function conclude(
  deps: ConcludeDeps,
  picture: Examined,
  context: Context & Origin<Source | undefined>,
): Promise<Conclusion | undefined>;
export async function conclude(
  deps: ConcludeDeps,
  picture: Examined,
  { source, user, ...context }: Context & Origin<Source | undefined>,
): Promise<Conclusion | undefined> {
  if (!picture.complete && picture.missing === 'part') throw endsTooEarly();
  // Before it is decoded: this refuses what has too many pixels.
  const facts = await picture.facts(context);
  if (picture.complete && picture.passed.length === 0) return { facts, needsChecksum: false };
  if (!source) return undefined;
  const needsChecksum = await picture.settle(deps, { source, user });
  return { facts: await picture.facts(context), needsChecksum };
}

const examined = (type: ImageType, findings: Findings): Examined => ({
  get complete() {
    return findings.complete;
  },
  get missing() {
    return findings.missing;
  },
  get passed() {
    return findings.passed;
  },
  async facts(context) {
    if (findings.damage !== undefined) throw new AppError('damaged-image', findings.damage);
    return factsOf(findings, { ...context, type });
  },
  async settle({ decodes }, { source, user }) {
    for (const { kind, start, length } of findings.passed) {
      keepItem(findings, kind, await source.read(start, start + length));
    }
    return !findings.complete && requireWhole(decodes, { user, type, missing: findings.missing, source });
  },
});
