import type { RequestHandler } from 'express';
import type { Outbox } from '../../background/outbox.ts';
import type { DecodeQueue } from '../../pictures/decoding/decode-queue.ts';
import type { Counter, Metrics } from '../../runtime/metrics.ts';

/** Counts what is answered, by method and status, and the time that it took. */
export function countRequests(metrics: Metrics): RequestHandler {
  const requests = metrics.counter('requests_total', 'Requests answered, or broken off (status 0).');
  const seconds = metrics.counter('request_seconds_total', 'Time that requests took, from head to last byte.');
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const { method } = request;
      requests.add({ method, status: response.writableFinished ? response.statusCode : 0 });
      seconds.add({ method }, (performance.now() - started) / 1000);
    });
    next();
  };
}

/** Counts outbox entries that became tasks, or could not yet. */
export function countDeliveries(metrics: Metrics): (outcome: 'created' | 'failed') => void {
  const entries = metrics.counter(
    'outbox_rows_total',
    'Outbox entries that became tasks, or could not be handed over yet.',
  );
  return (outcome) => entries.add({ outcome });
}

/** Counts transactions of users' data, and the changes in them. */
export function countCommits(metrics: Metrics): (changes: number) => void {
  const commits = metrics.counter('commits_total', "Transactions that changed users' data.");
  const changes = metrics.counter(
    'changes_total',
    'Changes in these transactions. A transaction may commit several changes.',
  );
  return (batched) => {
    commits.add();
    changes.add({}, batched);
  };
}

/** Counts requests that exceed a rate limit, by the limit's name. */
export const countRefusals = (metrics: Metrics): Counter =>
  metrics.counter('rate_limited_total', 'Requests refused with rate-limited, by limit.');

/** Counts the decodes of originals, by their occasion. */
export function countDecodes(metrics: Metrics): (made: 'after-upload' | 'on-demand') => void {
  const decodes = metrics.counter('decodes_total', 'Decodes of originals: after an upload, or for variants on demand.');
  return (made) => decodes.add({ made });
}

/** Measures the queues when the metrics are read. */
export function watchQueues(metrics: Metrics, { outbox, decodes }: { outbox: Outbox; decodes: DecodeQueue }): void {
  const ageHelp = 'Age of the oldest outbox entry. More than some minutes mean that no tasks are created.';
  metrics.gauge('outbox_oldest_seconds', ageHelp, async () => (await outbox.oldestAge()) / 1000);
  metrics.gauge('decodes_pending', 'Decodes that run or wait.', () => decodes.depth());
}
