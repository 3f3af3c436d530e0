import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  /** Makes it read-only, or writable again; no process may have a file open for writing. */
  protect(on: boolean): void;
}

/** Whether this machine lets us make disks. */
export const canMakeDisks = process.getuid?.() === 0 && mountingWorks();
/** Whether it also lets us make one that can fail: ext4 in a file. */
export const canMakeFailingDisks = canMakeDisks && loopingWorks();

/** A disk that ends with the test and can fail. */
export interface FailingDisk {
  folder: string;
  /** Makes it read-only for good, also for files that are open, as Linux does after an error of the medium. */
  fail(): void;
}

export async function failingDisk(): Promise<FailingDisk> {
  const parent = await temporaryFolder();
  const [image, folder] = [join(parent, 'image'), join(parent, 'disk')];
  mkdirSync(folder);
  makeImage(image);
  mount(['-o', 'loop', image, folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return { folder, fail: () => mount(['-o', 'remount,abort', folder]) };
}

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

function loopingWorks(): boolean {
  const parent = mkdtempSync(join(tmpdir(), 'loop-'));
  try {
    const image = join(parent, 'image');
    makeImage(image);
    execFileSync('unshare', ['-m', 'mount', '-o', 'loop', image, '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function makeImage(file: string): void {
  writeFileSync(file, '');
  truncateSync(file, 2 * MEGABYTES * 2 ** 20);
  execFileSync('mkfs.ext4', ['-q', file], { stdio: 'ignore' });
}

const mount = (args: string[]) => void execFileSync('mount', args, { stdio: 'ignore' });
