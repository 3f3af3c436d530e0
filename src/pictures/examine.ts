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

/** What is known about a picture from the bytes so far. */
interface Examined {
  /** True once the picture is whole. Bytes after its end (motion photo, second picture, ZIP) change nothing. */
  readonly complete: boolean;
  /** What it lacks, unless it is complete. */
  readonly missing: Missing;
  /** Metadata that stood before the index that says where it is. */
  readonly passed: readonly Place[];
  /**
   * The facts so far.
   * @throws AppError damaged-image, too-many-pixels
   */
  facts(context: Context): Promise<Facts>;
  /** Reads what passed too early. Returns whether `needsChecksum`, and throws as `conclude` does. */
  settle(deps: ConcludeDeps, origin: Origin): Promise<boolean>;
}

type Context = Omit<FactsContext, 'type'>;

/** Examines the bytes of one picture while they pass. */
export interface Examination extends Examined {
  /** Chunks may be cut anywhere. The caller may reuse a chunk afterwards. */
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

/** What is known about a picture after its last byte. */
interface Conclusion {
  facts: Facts;
  /** True where nothing in the file proves that it is whole: it must have the checksum that its client has announced. */
  needsChecksum: boolean;
}

/**
 * Finds out in one pass, from the structure of the format alone, whether a file is whole, and its facts. Nothing is
 * decoded, and only the metadata is kept. Bytes that break the rules of the format never become `complete`.
 */
export function examine(type: ImageType): Examination {
  const findings = nothingFound();
  return Object.assign(examined(type, findings), { push: feed(parseImage(type, findings), () => giveUp(findings)) });
}

/** Finds out the same about a stored file, and reads no more of it than is needed. */
export async function examineSource(type: ImageType, source: Source): Promise<Examined> {
  const findings = nothingFound();
  await parseSource(parseImage(type, findings), source, () => giveUp(findings));
  return examined(type, findings);
}

/** A file in too many pieces never becomes whole. */
function giveUp(findings: Findings): void {
  findings.missing = 'part';
}

/**
 * Concludes the examination of a file after its last byte. A few files must be read again for that: their metadata stands
 * before their index, or their end marker is missing. Undefined for such a file without a source.
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
  // Before the decode: this refuses pictures with too many pixels.
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
