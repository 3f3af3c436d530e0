import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './cloud-process.ts';

const MEGABYTES = 8;

/** A disk of a few megabytes that ends with the test. Only root can have one made. */
export interface SmallDisk {
  folder: string;
  /** Leaves no byte free. */
  fill(): void;
  makeRoom(): void;
  /** Makes it read-only, or writable again; nobody may have a file open for writing. */
  protect(on: boolean): void;
}

/** Whether this machine lets us make disks. */
export const canMakeDisks = process.getuid?.() === 0 && mountingWorks();

export async function smallDisk(): Promise<SmallDisk> {
  const folder = join(await temporaryFolder(), 'disk');
  mkdirSync(folder);
  mount(['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'none', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => {
      try {
        writeFileSync(ballast, Buffer.alloc(MEGABYTES << 20));
      } catch {
        // That it does not fit is what it is for.
      }
    },
    makeRoom: () => rmSync(ballast),
    protect: (on) => mount(['-o', `remount,${on ? 'ro' : 'rw'}`, folder]),
  };
}

function mountingWorks(): boolean {
  try {
    // A name space of its own, so that nothing stays behind.
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const mount = (args: string[]) => void execFileSync('mount', args, { stdio: 'ignore' });
