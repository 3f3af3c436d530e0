import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeJobs } from '../../../src/local-cloud/cron/cron-info.ts';
import { readCronYaml } from '../../../src/local-cloud/cron/index.ts';
import { jobYaml, START } from './cron-world.ts';

test('each job is shown with its coming runs by its own clock, across a change of the clocks', () => {
  const more = ['description: Mails', 'timezone: Europe/Berlin', 'target: worker', 'retry_parameters: {}'];
  const jobs = readCronYaml(jobYaml('every sunday 09:00', more));
  expect(describeJobs(jobs, Date.parse('2026-03-20T12:00:00Z')).split('\n').slice(0, 5)).toEqual([
    '/job',
    '  Mails',
    '  every sunday 09:00 (Europe/Berlin), target worker, repeated up to 5 times when it fails',
    expect.stringMatching(/^ {4}Sunday,? 22 March 2026.*09:00:00 (CET|GMT\+1)$/),
    expect.stringMatching(/^ {4}Sunday,? 29 March 2026.*09:00:00 (CEST|GMT\+2)$/),
  ]);
});

test('no jobs are said to be none', () => {
  expect(describeJobs([], START)).toBe('No jobs.');
});

/** `npm run cron-info -- …args` in this folder. */
function cronInfo(...args: string[]) {
  const file = join(import.meta.dirname, '../../../src/local-cloud/cron/cron-info.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test.each(['--help', '-h'])('cron-info %s says what it prints and what it takes', (option) => {
  const { status, stdout, stderr } = cronInfo(option);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('npm run cron-info -- [FILE]');
});

test.each([
  [['--colour'], 'There is no option --colour. `npm run cron-info -- --help` shows what there is.\n'],
  [['a.yaml', 'b.yaml'], 'cron-info takes one file, not 2. `npm run cron-info -- --help` shows what there is.\n'],
  [['nowhere.yaml'], 'nowhere.yaml cannot be read: there is no such file.\n'],
  [[], 'cron.yaml cannot be read: there is no such file.\n'],
  [['.'], '. cannot be read: it is a folder.\n'],
])('cron-info %j says in one line what is wrong', (args, stderr) => {
  expect(cronInfo(...args)).toEqual({ status: 1, stdout: '', stderr });
});
