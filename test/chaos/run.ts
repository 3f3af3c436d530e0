import { spawnSync } from 'node:child_process';

/**
 * `npm run test:chaos [-- filters]`: every test in trouble (see test/support/chaos.ts), then the kills at random moments.
 * Takes a while; ends with 1 if anything failed.
 */
const filters = process.argv.slice(2);
const inTrouble = vitest({ CHAOS: 'abort,cut,twice,reverse' }, ['--exclude', 'process/kill/**', ...filters]);
const killed = filters.length > 0 || vitest({ KILL_ROUNDS: process.env['KILL_ROUNDS'] ?? '200' }, ['process/kill']);
process.exitCode = inTrouble && killed ? 0 : 1;

function vitest(env: Record<string, string>, more: string[]): boolean {
  const args = ['vitest', 'run', '--config', 'test/vitest.config.ts', ...more];
  console.log(
    Object.entries(env)
      .map((pair) => pair.join('='))
      .join(' '),
    args.join(' '),
  );
  return spawnSync('npx', args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}
