import type { Outbox } from '../../background/outbox.ts';
import type { DecodeQueue } from '../../pictures/decoding/decode-queue.ts';
import type { Counter, Metrics } from '../../runtime/metrics.ts';

/** Counts the outbox rows that became tasks, or could not yet. */
export function countDeliveries(metrics: Metrics): (outcome: 'created' | 'failed') => void {
  const rows = metrics.counter('outbox_rows_total', 'Outbox rows that became tasks, or could not be handed over yet.');
  return (outcome) => rows.add({ outcome });
}

/** Counts transactions of users' data, and the changes folded into them. */
export function countCommits(metrics: Metrics): (changes: number) => void {
  const commits = metrics.counter('commits_total', "Transactions that changed users' data.");
  const changes = metrics.counter(
    'changes_total',
    'Changes in these transactions: more than one where they are folded.',
  );
  return (folded) => {
    commits.add();
    changes.add({}, folded);
  };
}

/** Counts requests that met a rate limit, by its name. */
export const countRefusals = (metrics: Metrics): Counter =>
  metrics.counter('rate_limited_total', 'Requests refused with rate-limited, by the limit that they met.');

/** Counts the decodes of originals, by what is made of them. */
export function countDecodes(metrics: Metrics): (made: 'after-upload' | 'on-demand') => void {
  const decodes = metrics.counter('decodes_total', 'Decodes of originals: after an upload, or for sizes on demand.');
  return (made) => decodes.add({ made });
}

/** What waits in line, read when somebody asks. */
export function watchQueues(metrics: Metrics, { outbox, decodes }: { outbox: Outbox; decodes: DecodeQueue }): void {
  const ageHelp = 'How long the oldest outbox row has waited; over some minutes tasks are not being created.';
  metrics.gauge('outbox_oldest_seconds', ageHelp, async () => (await outbox.oldestAge()) / 1000);
  metrics.gauge('decodes_pending', 'Decodes in work or waiting.', () => decodes.depth());
}
