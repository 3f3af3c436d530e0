import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BareExpress {
  url: string;
  stop(): Promise<void>;
}

/** Starts Express with one route, `/`: a tiny object or that of a `.json` file, stringified each time, or a `.jpg`. */
export async function startBareExpress(file?: string): Promise<BareExpress> {
  const program = join(import.meta.dirname, 'bare-express.child.ts');
  const child = spawn(process.execPath, file === undefined ? [program] : [program, file], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const gone = exited.then(() => Promise.reject(new Error('The bare Express has ended.')));
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
