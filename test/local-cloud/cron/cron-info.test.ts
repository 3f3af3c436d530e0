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
