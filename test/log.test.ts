import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { createLog, withLogFields, type LogOptions } from '../src/runtime/log.ts';
import { canMakeDisks, smallDisk } from './local-cloud/whole/small-disk.ts';
import { logEntry } from './support/log-lines.ts';

function record(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'trace', ...options, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, entries: () => lines.map(logEntry) };
}

test('a line is JSON with the names that Cloud Logging reads', () => {
  const { log, entries } = record();
  log.info({ photo: 'p1' }, 'Stored.');
  expect(entries()).toEqual([{ severity: 'INFO', message: 'Stored.', photo: 'p1', time: expect.any(String) }]);
});

test('every level has its severity', () => {
  const { log, entries } = record();
  for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('x');
  expect(entries().map((entry) => entry['severity'])).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']);
});

test('lines below the level are not written', () => {
  const { log, lines } = record({ level: 'warn' });
  log.info('quiet');
  expect(lines).toEqual([]);
});

test('a line logged inside a request carries the fields of the request, also after waiting', async () => {
  const { log, entries } = record();
  await withLogFields({ requestId: 'r1' }, async () => {
    await Promise.resolve();
    withLogFields({ job: 'j' }, () => log.info('inside'));
  });
  log.info('outside');
  expect(entries()[0]).toMatchObject({ requestId: 'r1', job: 'j' });
  expect(entries()[1]).not.toHaveProperty('requestId');
});

test('a field of one line is on no later line of the request', () => {
  const { log, entries } = record();
  withLogFields({ requestId: 'r1' }, () => {
    log.error({ code: 'internal' }, 'Failed.');
    log.info('Answered.');
  });
  expect(entries()[1]).toMatchObject({ requestId: 'r1', message: 'Answered.' });
  expect(entries()[1]).not.toHaveProperty('code');
});

test('credentials are not written', () => {
  const { log, lines } = record();
  log.info({
    headers: { authorization: 'Bearer s3cret', cookie: 'sid=s3cret' },
    request: { headers: { cookie: 's3cret' } },
  });
  log.info({ authorization: 's3cret', 'set-cookie': ['a=s3cret'] }, 'Sent Bearer s3cret.s3cret to us');
  log.error({ err: new Error('PUT https://storage.example/o?upload_id=s3cret&x=s3cret failed') });
  log.info('GET /media/1?X-Goog-Signature=s3cret');
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain('s3cret');
  expect(lines[2]).toContain('https://storage.example/o?[redacted] failed');
  for (const line of lines) expect(() => logEntry(line)).not.toThrow();
});

test('on a terminal only warnings and errors name their request', () => {
  const { log, lines } = record({ human: true });
  withLogFields({ requestId: 'r1' }, () => {
    log.info('Fine.');
    log.error('Not fine.');
  });
  expect(lines.map((line) => stripVTControlCharacters(line).slice(13))).toEqual([
    'INFO     Fine.\n',
    'ERROR    Not fine. requestId=r1\n',
  ]);
});

test('on a terminal a line is short and an error shows its stack', () => {
  const { log, lines } = record({ human: true });
  log.warn({ job: 'make-variants', err: new Error('no such object') }, 'Tried in vain.');
  expect(stripVTControlCharacters(lines[0] ?? '')).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARNING {2}Tried in vain\. job=make-variants\n {4}Error: no such object\n/,
  );
});

test('on a terminal a field that the message says already is not repeated', () => {
  const { log, lines } = record({ human: true });
  log.info({ address: 'http://127.0.0.1:8080', profile: 'local' }, 'Photo Timeline is at http://127.0.0.1:8080');
  expect(stripVTControlCharacters(lines[0] ?? '')).toMatch(
    / Photo Timeline is at http:\/\/127\.0\.0\.1:8080 profile=local\n$/,
  );
});

test.skipIf(!canMakeDisks)(
  'lines that a full disk does not take come when there is room, and end nothing (left out where a test may not mount a disk)',
  async () => {
    const disk = await smallDisk();
    const file = join(disk.folder, 'log');
    const output = openSync(file, 'w');
    const child = fork(join(import.meta.dirname, 'logging.child.ts'), { stdio: ['ignore', output, 'pipe', 'ipc'] });
    const exited = once(child, 'exit');
    const say = async (line: string) => {
      const answered = once(child, 'message');
      child.send(line);
      await Promise.race([answered, exited.then(() => Promise.reject(new Error('It has ended.')))]);
    };
    await once(child, 'message');
    disk.fill();
    for (let line = 0; line < 100; line++) await say(`${'x'.repeat(100)} ${line}`);
    disk.makeRoom();
    await say('there is room');
    child.disconnect();
    expect((await exited)[0]).toBe(0);
    closeSync(output);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(101);
  },
);
