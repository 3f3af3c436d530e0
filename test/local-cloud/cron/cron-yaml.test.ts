import { expect, test } from 'vitest';
import { readCronYaml } from '../../../src/local-cloud/cron/index.ts';
import { jobYaml } from './cron-world.ts';

test('an empty cron means no jobs', () => {
  expect(readCronYaml('cron:')).toEqual([]);
  expect(readCronYaml('')).toEqual([]);
});

test('a job has UTC, no target and no repetitions unless it says so', () => {
  const [job] = readCronYaml(jobYaml('every day 09:00'));
  expect(job).toMatchObject({ url: '/job', schedule: 'every day 09:00', timezone: 'UTC' });
  expect(job).toMatchObject({ description: undefined, target: undefined, retry: undefined });
});

test('description, timezone and target are kept and shown', () => {
  const more = ['description: Mails', 'timezone: Europe/Berlin', 'target: worker'];
  const [job] = readCronYaml(jobYaml('every day 09:00', more));
  expect(job).toMatchObject({ description: 'Mails', timezone: 'Europe/Berlin', target: 'worker' });
});

test('retry parameters have the defaults of Cloud Scheduler [unverified]', () => {
  const [job] = readCronYaml(jobYaml('every day 09:00', ['retry_parameters: {job_age_limit: 2h}']));
  expect(job?.retry).toEqual({ limit: 5, ageLimit: 7_200, minBackoff: 5, maxBackoff: 3_600, maxDoublings: 5 });
});

test('a file that is no YAML is refused as such', () => {
  expect(() => readCronYaml('cron: [')).toThrow('cron.yaml is not YAML');
});

test('all faults are named in one error, each with its job', () => {
  const text = `
cron:
  - url: /a
    schedule: every mins
  - url: no-slash
    schedule: every day 09:00
    timezone: Mars/Olympus
  - schedule: every day 09:00
    retry_parameters: {job_retry_limit: 6}
  - url: /d
    colour: red
`;
  const fault = (() => {
    try {
      return void readCronYaml(text);
    } catch (cause) {
      return String(cause);
    }
  })();
  expect(fault?.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^- \/a schedule: "every mins": .* Try "every 1 minutes"\.$/),
    '- no-slash url: begins with "/"',
    '- no-slash timezone: is not a name of the zoneinfo database',
    '- job 3 url: is needed',
    expect.stringMatching(/^- job 3 retry_parameters job_retry_limit: /),
    '- /d schedule: is needed',
    expect.stringMatching(/^- \/d: .*colour/),
  ]);
});
