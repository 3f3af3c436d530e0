import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInviteCommand } from '../../src/cli/invite/options.ts';
import { problemOf } from '../support/replies.ts';
import { runCommand, startProgram, type Running } from './support.ts';

const CLI = join(import.meta.dirname, '../../src/cli/invite/main.ts');

let dataDir: string;
let program: Running;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-invite-'));
  program = await startProgram(dataDir, { REGISTRATION: 'closed' });
});
afterAll(async () => {
  await program.stop('SIGTERM');
  await rm(dataDir, { recursive: true });
});

/** `npm run invite -- …args`, beside the program unless another folder is named. */
const invite = (args: string[], folder = dataDir) => runCommand(CLI, args, folder);

const signIn = (name: string) => request(program.url).post('/local/token').send({ name });

test('npm run invite lets a person in at once while the program runs', async () => {
  expect(problemOf(await signIn('ana').expect(403)).code).toBe('registration-closed');
  const said = await invite(['--for', 'local|ana']);
  expect(said).toMatchObject({ code: 0, complaint: '' });
  expect(said.out).toMatch(/^local\|ana may create an account until 20.*Z\.\n$/);
  await signIn('ana').expect(200);
});

test('npm run invite lists unused invitations, and takes one back', async () => {
  expect((await invite(['Ben@Example.com', '--days', '3'])).out).toMatch(/^ben@example\.com may create/);
  await invite(['--for', 'local|ben']);
  expect((await invite(['--list'])).out).toMatch(/^UNTIL +PERSON\n20\S+Z {2}ben@example\.com\n20\S+Z {2}local\|ben\n$/);
  expect((await invite(['--remove', '--for', 'local|ben'])).out).toBe('The invitation of local|ben is removed.\n');
  await signIn('ben').expect(403);
  const again = await invite(['--remove', '--for', 'local|ben']);
  expect(again).toMatchObject({ code: 1, out: '', complaint: expect.stringContaining('There is no invitation') });
});

test('npm run invite without a running program says how to start one', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'photo-timeline-nothing-'));
  const { code, complaint } = await invite(['--list'], empty);
  expect(code).toBe(1);
  expect(complaint).toContain(`Nothing runs on the data folder ${empty}. Start the service with npm start`);
  expect(complaint).toContain('DATASTORE_EMULATOR_HOST');
  await rm(empty, { recursive: true });
});

test.each([
  [['ana'], 'That is not one e-mail address'],
  [['ana@example.com', 'ben@example.com'], 'Give one address, or --for.'],
  [['local|ana'], 'That is not one e-mail address'],
  [['--for', 'ana@example.com'], "--for takes an issuer's URL"],
  [['ana@example.com', '--days', '0'], '--days must be a whole number from 1 to 365.'],
  [['--remove'], 'Give one address, or --for.'],
  [['--list', 'ana@example.com'], '--list takes no other arguments.'],
  [['--colour'], "Unknown option '--colour'"],
])('the command line %j is refused before any call to the cloud', (args, complaint) => {
  expect(() => readInviteCommand(args)).toThrow(complaint);
});
