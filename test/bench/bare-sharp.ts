import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BareSharp {
  pid: number | undefined;
  /** Makes the variants of so many photos; photos a second. */
  run(photos: number): Promise<number>;
  stop(): Promise<void>;
}

/** A process that does nothing but make variants with these long sides of the picture in `file`, two at once. */
export async function startBareSharp(file: string, sides: readonly number[]): Promise<BareSharp> {
  const child = fork(join(import.meta.dirname, 'bare-sharp.child.ts'), [file, sides.join(',')]);
  const exited = once(child, 'exit');
  const gone = exited.then(() => Promise.reject(new Error('The bare sharp loop has ended.')));
  const message = async () => ((await Promise.race([once(child, 'message'), gone])) as [unknown])[0];
  await message();
  gone.catch(() => undefined);
  return {
    pid: child.pid,
    run(photos) {
      child.send(photos);
      return message() as Promise<number>;
    },
    async stop() {
      child.kill();
      await exited;
    },
  };
}
