import type { Entry } from '../store/entity-store.ts';
import type { Position } from './position.ts';
import type { Step, IndexScan } from './index-scan.ts';

/** A result, before its entity is read. */
export interface Hit extends Omit<Entry, 'k'> {
  position: Position;
}

/**
 * Gives the rows whose suffixes occur in all scans: each scan in turn seeks the furthest suffix of the others. `jump`
 * gives the suffix to seek after a row; without it the next row follows.
 */
export function* join([first, ...others]: IndexScan[], jump?: (suffix: Buffer) => Buffer | null): Generator<Step> {
  let step = first?.next();
  let many = false;
  for (let agreed = 0; step;) {
    if (agreed === others.length) {
      yield { ...step, many: many || step.many };
      [step, agreed, many] = [advance(first!, step, jump), 0, false];
      continue;
    }
    const other = others[agreed]!.seek(step.suffix);
    if (!other) return;
    many ||= other.many;
    if (other.suffix.equals(step.suffix)) agreed++;
    else [step, agreed, many] = [first!.seek(other.suffix), 0, false];
  }
}

/** Merges ascending rows; rows at one position are one result. */
export function* union(sources: Generator<Hit>[]): Generator<Hit> {
  if (sources.length === 1) return yield* sources[0]!;
  const heads = sources.map((source) => ({ source, hit: source.next().value as Hit | undefined }));
  for (;;) {
    const open = heads.filter(({ hit }) => hit).map(({ hit }) => hit!);
    const next = open.reduce<Hit | undefined>(
      (a, b) => (a && Buffer.compare(a.position, b.position) <= 0 ? a : b),
      undefined,
    );
    if (!next) return undefined;
    const same = heads.filter(({ hit }) => hit?.position.equals(next.position));
    yield { ...next, many: same.some(({ hit }) => hit!.many) };
    for (const head of same) head.hit = head.source.next().value as Hit | undefined;
  }
}

function advance(
  scan: IndexScan,
  { suffix }: Step,
  jump: ((suffix: Buffer) => Buffer | null) | undefined,
): Step | undefined {
  if (!jump) return scan.next();
  const next = jump(suffix);
  return next ? scan.seek(next) : undefined;
}
