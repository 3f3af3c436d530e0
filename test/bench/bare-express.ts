import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BareExpress {
  url: string;
  stop(): Promise<void>;
}

/** Starts Express with one route, `/`, that stringifies the JSON of a file, or a tiny object, for every request. */
export async function startBareExpress(pageFile?: string): Promise<BareExpress> {
  const program = join(import.meta.dirname, 'bare-express.child.ts');
  const child = spawn(process.execPath, pageFile === undefined ? [program] : [program, pageFile], {
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
