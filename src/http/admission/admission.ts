import type { Clock } from '../../runtime/clock.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { createGate, type Gate } from './gate.ts';

/**
 * What one instance does at once, by kind of work. No kind waits for another one's turn, and each has so little in work
 * that the others get their part of the processor, of Datastore and of the bucket.
 */
export interface Admission {
  /** Reads, pages and small changes. */
  pages: Gate;
  /** Files that come in by a form, from their last byte on, and batches of uploads. */
  uploads: Gate;
  /** Tasks and cron runs: counted, and never refused, because that throttles their queue. queue.yaml bounds them. */
  tasks: WorkCount;
}

interface WorkCount {
  run<T>(work: () => Promise<T>): Promise<T>;
  inWork(): number;
}

/**
 * So many saturate the app's one thread. Together they stay above the 20 requests that app.yaml lets an instance have: on
 * App Engine another instance starts before these bounds refuse a request.
 */
const PAGES = { name: 'pages', patienceMs: 100 };
/** The local Datastore answers in a millisecond, and what answers at once is taken in at once, before any refusal. */
const PAGES_AT_ONCE = { google: 16, local: 8 };
const UPLOADS = { name: 'uploads', atOnce: 8, patienceMs: 1_000 };

export function createAdmission(clock: Clock, metrics: Metrics, profile: 'google' | 'local'): Admission {
  const pages = createGate(clock, { ...PAGES, atOnce: PAGES_AT_ONCE[profile] });
  const admission = {
    pages,
    uploads: createGate(clock, { ...UPLOADS, besideOthers: { atOnce: 1, othersWait: () => pages.waiting() > 0 } }),
    tasks: createCount(),
  };
  const { tasks, ...gates } = admission;
  for (const [work, gate] of Object.entries(gates)) {
    metrics.gauge(`${work}_in_work`, `Turns of ${work} that have begun.`, gate.inWork);
    metrics.gauge(`${work}_waiting`, `Turns of ${work} that are waited for.`, gate.waiting);
    metrics.gauge(`${work}_refused`, `Requests for ${work} that were refused since the start.`, gate.refused);
  }
  metrics.gauge('tasks_in_work', 'Tasks and cron runs that have begun.', tasks.inWork);
  return admission;
}

function createCount(): WorkCount {
  let count = 0;
  return {
    async run(work) {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
      }
    },
    inWork: () => count,
  };
}
