import type { Browser } from 'playwright-core';

/** Begins to note the tasks of a browser's pages. */
export const traceTasks = (browser: Browser) => browser.startTracing(undefined, { categories: ['-*', 'toplevel'] });

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Wall time and CPU time, in microseconds. */
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/**
 * Ends the notes and returns the CPU time of the longest task of a page's main thread. Its wall time would count what
 * other programs do meanwhile.
 */
export async function longestTaskMs(browser: Browser): Promise<number> {
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${pid} ${tid}`));
  if (tasks.length === 0) throw new Error('The trace has no task of a page.');
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000;
}
