import { startProgram } from '../process/support.ts';
import { alternate } from './alternate.ts';
import { startBareExpress } from './bare-express.ts';
import type { Figure } from './figure.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** From the start of the process to its first reply, against Express with one route. The data folder is there already. */
export async function measureColdStart(scope: AsyncDisposableStack): Promise<Figure> {
  const dataDir = await temporaryFolder(scope);
  const { ours, theirs } = await alternate(9, {
    ours: () => timeToReply(async () => ({ ...(await startProgram(dataDir)), path: '/healthz' })),
    theirs: () => timeToReply(async () => ({ ...(await startBareExpress()), path: '/' })),
  });
  return {
    what: 'node src/main.ts with its local cloud, until /healthz has answered, compile cache warm',
    value: ours,
    unit: 'ms',
    reference: { what: 'bare Express', value: theirs },
    aim: { is: 'at most', ratio: 2.5 },
  };
}

interface Started {
  url: string;
  path: string;
  stop(signal: 'SIGTERM'): Promise<unknown>;
}

/** In milliseconds. */
async function timeToReply(start: () => Promise<Started>): Promise<number> {
  const started = performance.now();
  const { url, path, stop } = await start();
  const response = await fetch(url + path, { headers: { Connection: 'close' } });
  await response.text();
  const taken = performance.now() - started;
  await stop('SIGTERM');
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
  return taken;
}
