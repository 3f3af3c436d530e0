import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { visitor } from '../sign-in/people.ts';
import { runCommand, startProgram } from './support.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-pairing-'));
afterAll(() => rm(dataDir, { recursive: true }));

test('the start prints a link and a code that pair a browser, and npm run pair prints the next ones', async () => {
  const program = await startProgram(dataDir, { IDENTITY: 'pairing', HOST: '0.0.0.0' });
  const port = new URL(program.url).port;
  await expect.poll(program.complaint, { timeout: 60_000 }).toMatch(/npm run pair makes the next code/);
  const [link = '', code = ''] =
    /http:\/\/localhost:\d+\/pair\?code=([A-Z\d]{4}-[A-Z\d]{4})/.exec(program.complaint()) ?? [];
  expect(new URL(link).port).toBe(port);
  expect(program.complaint()).toContain(`/pair with the code ${code}`);
  const ana = visitor(program.url);
  expect((await ana.post('/pair', { code, name: 'ana' })).status).toBe(303);
  expect((await ana.get('/v1/me')).body).toMatchObject({ handle: 'ana' });

  const next = await runCommand(join(import.meta.dirname, '../../src/cli/pair/main.ts'), [], dataDir);
  expect(next).toMatchObject({ code: 0, complaint: '' });
  const [, second = ''] = /code=([A-Z\d-]+)/.exec(next.out) ?? [];
  expect((await visitor(program.url).post('/pair', { code: second, name: 'ana' })).status).toBe(303);
  expect(await program.stop('SIGTERM')).toBe(0);
});
