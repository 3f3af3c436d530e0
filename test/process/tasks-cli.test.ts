import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommandLine } from '../../src/cli/tasks/cli-options.ts';
import { commandFor } from '../../src/cli/tasks/commands.ts';
import { runCommand, startProgram, type CommandResult, type Running } from './support.ts';

const CLI = join(import.meta.dirname, '../../src/cli/tasks/main.ts');

let dataDir: string;
let program: Running;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-tasks-'));
  program = await startProgram(dataDir);
});
afterAll(async () => {
  await program.stop('SIGTERM');
  await rm(dataDir, { recursive: true });
});

/** `npm run tasks -- …args` beside the running program. */
const tasks = (...args: string[]) => runCommand(CLI, args, dataDir);

/** The cells of a printed table, without its head. */
const rowsOf = ({ out }: CommandResult) =>
  out
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/));
const counter = async () => Number((await request(program.url).get('/counter/get?key=task-queue').expect(200)).text);
const increment = (call: string) => JSON.stringify({ call, amount: 1 });

describe('npm run tasks', () => {
  test('npm run tasks lists the queues and their waiting tasks', async () => {
    const rows = rowsOf(await tasks('queues'));
    expect(rows).toContainEqual(['variants', 'RUNNING', '50/s', '0']);
    const { out } = await tasks('describe', 'mail');
    expect(out).toMatch(/^queue +mail\nstate +RUNNING\n/);
    expect(out).toMatch(/^attempts +12$/m);
  });

  test('schedules a task for later, shows it and runs it now, and cancels another', async () => {
    const before = await counter();
    await tasks('create', '/worker', increment('later'), '--in', '3600');
    await tasks('create', '/worker', increment('never'), '--in', '7200');
    const [later, never] = rowsOf(await tasks('list', 'default'));
    expect([later?.slice(2), never?.slice(2)]).toEqual([
      ['0', 'POST /worker'],
      ['0', 'POST /worker'],
    ]);
    const shown = await tasks('show', 'default', later?.[0] ?? '');
    expect(shown.out).toMatch(/^body +\{"call":"later","amount":1\}$/m);

    expect(await tasks('run', 'default', later?.[0] ?? '')).toMatchObject({
      code: 0,
      out: `${later?.[0]} was sent.\n`,
    });
    await expect.poll(counter).toBe(before + 1);
    expect(await tasks('delete', 'default', never?.[0] ?? '')).toMatchObject({ code: 0 });
    expect(rowsOf(await tasks('list', 'default'))).toEqual([]);
    const gone = await tasks('show', 'default', never?.[0] ?? '');
    expect(gone).toMatchObject({ code: 1, complaint: expect.stringContaining('is gone: see `list`') });
  });

  test('npm run tasks pauses a queue, purges its tasks, and resumes it', async () => {
    expect((await tasks('pause', 'default')).out).toBe('default is paused: it takes tasks and sends none.\n');
    await tasks('create', '/worker', increment('paused'));
    expect(rowsOf(await tasks('queues'))).toContainEqual(['default', 'PAUSED', '5/s', '1']);
    await tasks('purge', 'default');
    await tasks('resume', 'default');
    expect(rowsOf(await tasks('queues'))).toContainEqual(['default', 'RUNNING', '5/s', '0']);
  });

  test('npm run tasks creates a task for a job by the name of the job', async () => {
    const said = await tasks('create', 'walk-users', '{"job":"send-summary","run":"x","payload":{}}', '--name', 'once');
    expect(said).toMatchObject({ code: 0, out: 'Task once for /tasks/walk-users is in upkeep.\n' });
  });

  test('npm run tasks creates one task under a given name, and show, run and delete find it by that name', async () => {
    const before = await counter();
    const create = (name: string) => tasks('create', '/worker', increment(name), '--in', '3600', '--name', name);
    expect((await create('later_1')).out).toMatch(/^Task later_1 for \/worker is in default, due 20.*Z\.\n$/);
    expect(await create('later_1')).toMatchObject({
      code: 1,
      out: '',
      complaint: expect.stringMatching(/^The queue default has a task later_1, due 20.*Z\. Choose another name/),
    });
    expect((await tasks('show', 'default', 'later_1')).out).toMatch(/^task +later_1$/m);
    expect(await tasks('run', 'default', 'later_1')).toMatchObject({ code: 0, out: 'later_1 was sent.\n' });
    await expect.poll(counter).toBe(before + 1);

    await create('later-2');
    expect(await tasks('delete', 'default', 'later-2')).toMatchObject({ code: 0, out: 'later-2 is deleted.\n' });
    expect(await create('later-2')).toMatchObject({
      code: 1,
      complaint: expect.stringMatching(
        /^The name later-2 was used in the queue default before\. .*nine days.*one hour/,
      ),
    });
  });

  test('npm run tasks prints the id of a task without a name, and the task has no body when none was typed', async () => {
    const { out } = await tasks('create', '/example_task_handler', '--in', '3600');
    const [, id = ''] = /^Task (\d+) for \/example_task_handler is in default/.exec(out) ?? [];
    expect((await tasks('show', 'default', id)).out).toMatch(/^body$/m);
    await tasks('delete', 'default', id);
  });

  test.each([
    [['create', 'fly', '{}'], 'There is no job fly: give one of make-variants,'],
    [['describe', 'nowhere'], 'Queues: default, variants, mail, erasure, upkeep'],
  ])('npm run tasks refuses %j with the reason', async (args, complaint) => {
    expect(await tasks(...args)).toMatchObject({ code: 1, out: '', complaint: expect.stringContaining(complaint) });
  });
});

test.each([
  [['constructor'], 'There is no command constructor. There are queues,'],
  [['fly'], 'There is no command fly. There are queues,'],
  [['describe'], 'describe takes 1'],
  [['create', '/worker', '--in', 'soon'], '--in must be a whole number from 1, not soon.'],
  [['create', '/worker', '--at', '2199-01-01'], 'A task may be due in at most 30 days.'],
  [
    ['create', '/worker', '--name', 'at noon'],
    '--name takes 1 to 500 letters, digits, hyphens and underscores, not "at noon".',
  ],
  [['list', 'default', '--colour'], "Unknown option '--colour'"],
])('the command line %j is refused before any call to the cloud', (args, complaint) => {
  expect(() => commandFor(readCommandLine(args, Date.now()))).toThrow(complaint);
});

test('npm run tasks without a running program says how to start one', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'photo-timeline-nothing-'));
  const { complaint } = await runCommand(CLI, ['queues'], empty);
  expect(complaint).toContain(`Nothing runs on the data folder ${empty}. Start the service with npm start`);
  await rm(empty, { recursive: true });
});
