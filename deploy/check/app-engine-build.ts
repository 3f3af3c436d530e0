import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { copyUploadedTree } from './uploaded-tree.ts';

/**
 * Makes, in an empty folder, the tree that App Engine's build makes of an upload: it installs all packages, runs
 * gcp-build, and removes the development packages.
 */
export async function buildAsAppEngine(folder: string): Promise<void> {
  await copyUploadedTree(folder);
  await npm(folder, ['ci'], 'development');
  await npm(folder, ['run', 'gcp-build'], 'development');
  await npm(folder, ['prune', '--omit=dev'], 'production');
}

async function npm(folder: string, args: string[], mode: 'development' | 'production'): Promise<void> {
  // The rest of the environment may hold what npm needs to reach its registry: a proxy, or certificates.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, NODE_ENV: mode };
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const child = spawn('npm', [...args, ...quiet], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`npm ${args.join(' ')} has failed in ${folder}. Its messages are above.`);
}
