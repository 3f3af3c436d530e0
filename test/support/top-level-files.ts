import { readFile } from 'node:fs/promises';

const topLevel = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

/** The texts that the service deploys, for a local cloud that is to work by them. */
export const topLevelFiles = async () => ({
  indexes: await topLevel('index.yaml'),
  queues: await topLevel('queue.yaml'),
  cron: await topLevel('cron.yaml'),
});
