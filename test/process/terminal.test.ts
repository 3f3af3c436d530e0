import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const hasScript = spawnSync('script', ['--version']).status === 0;

/** The program on a pseudo-terminal, which `script` makes. */
async function onTerminal() {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-terminal-'));
  const child = spawn('script', ['-qec', `${process.execPath} ${MAIN}`, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', DATA_DIR: dataDir, PORT: '0' },
  });
  const exited = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(dataDir, { recursive: true });
  });
  let said = '';
  child.stdout.on('data', (part: Buffer) => void (said += String(part)));
  const until = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(said);
      if (found) return found;
      await once(child.stdout, 'data');
    }
  };
  const [url = ''] = await until(/http:\/\/127\.0\.0\.1:\d+/);
  // What a terminal sends for Ctrl-C.
  const stop = async () => {
    child.stdin.write('\x03');
    await exited;
    return said.replaceAll('\r\n', '\n');
  };
  return { url, until, stop };
}

test.skipIf(!hasScript)(
  `the log is coloured lines for a person on a terminal${hasScript ? '' : ' (left out: script is missing)'}`,
  async () => {
    const { url, until, stop } = await onTerminal();
    await (await fetch(`${url}/v1/me`)).text();
    await (await fetch(`${url}/logging/`)).text();
    await until(/GET \/logging\//);
    const said = await stop();
    const lines = stripVTControlCharacters(said).split('\n');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {5}Photo Timeline is at http:\/\/127\.0\.0\.1:\d+ profile=local issuer=http:\/\/127\.0\.0\.1:\d+$/,
    );
    const addresses = lines.filter((line) => /^(Page|Console|Docs) /.test(line));
    expect(addresses).toEqual([
      `Page     ${url}/`,
      expect.stringMatching(/^Console {2}http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/),
      `Docs     ${url}/docs`,
    ]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^\S+ 401 {6}GET \/v1\/me \d+\.\d ms code=unauthenticated reason=no-credentials$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^\S+ ERROR {4}A line of severity error\. requestId=\S+$/));
    expect(lines.at(-2)).toMatch(/^\S+ INFO {5}Stopped\.$/);
    expect(said).toContain('\x1b[33m401');
    expect(said).toContain('\x1b[33mWARNING');
    expect(said).toContain('\x1b[31mERROR');
  },
);
