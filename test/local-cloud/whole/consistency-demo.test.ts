import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const DEMO = join(import.meta.dirname, '../../../src/local-cloud/cli/consistency-demo.ts');

/** What `npm run consistency-demo -- …args` prints. */
function demo(...args: string[]) {
  const env = { PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

/** Each query with what it found, without the words around it. */
const found = (text: string) => [...text.matchAll(/^ {2}(.+?): +(\d) of (\d)$/gm)].map((match) => match.slice(1));

test('the consistency demo shows that an ancestor query sees a fresh write, and a query without one does not', () => {
  const { status, stdout, stderr } = demo();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(found(stdout)).toEqual([
    ['query of all greetings, at once', '0', '1'],
    ['query of all greetings, ten seconds later', '1', '1'],
    ['query of all greetings, at once', '1', '2'],
    ['query with the ancestor, at once', '1', '1'],
  ]);
});

test('the demo with --consistency 1 shows that every query sees a fresh write', () => {
  const counts = found(demo('--consistency', '1').stdout).map(([, seen, all]) => [seen, all]);
  expect(counts).toEqual([
    ['1', '1'],
    ['1', '1'],
    ['2', '2'],
    ['1', '1'],
  ]);
});

test('the consistency demo refuses an option that it does not have', () => {
  expect(demo('--consistency', '7')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^--consistency takes/),
  });
  expect(demo('--colour')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^There is no --colour\./) });
  expect(demo('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('npm run consistency-demo') });
});
