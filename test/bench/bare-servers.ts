import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A reference in a process of its own. */
export interface BareServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts Express with one route, `/`: a tiny object or that of a `.json` file, stringified each time, or a `.jpg`. */
export const startBareExpress = (file?: string) => start('bare-express.child.ts', file === undefined ? [] : [file]);

/** Starts a server that pipes each body to a file in `folder`, and hashes it. */
export const startBareReceiver = (folder: string) => start('bare-receiver.child.ts', [folder]);

async function start(program: string, args: string[]): Promise<BareServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const gone = exited.then(() => Promise.reject(new Error('The bare server has ended.')));
  const [line] = (await Promise.race([once(child.stdout, 'data'), gone])) as [Buffer];
  gone.catch(() => undefined);
  return {
    url: line.toString().trim(),
    async stop() {
      child.kill();
      await exited;
    },
  };
}
