import type { Clock } from '../../runtime/clock.ts';

/**
 * Makes a check that runs once in `ms` at most, however many ask. Callers at the same time share one run, and its outcome,
 * good or bad, is kept for `ms` from its end.
 */
export function keptFor<T>(clock: Pick<Clock, 'elapsed'>, ms: number, check: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (kept && clock.elapsed() < until) return kept;
    kept = check();
    until = Infinity;
    const settled = () => void (until = clock.elapsed() + ms);
    kept.then(settled, settled);
    return kept;
  };
}
