import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Photo } from '../../src/features/photos/schemas.ts';
import { fitWithin } from '../../src/pictures/variants/sizes.ts';
import { decodeBytes } from '../../src/pictures/decoding/decode-cost.ts';
import { sniffType } from '../../src/pictures/formats.ts';
import { readPictureFacts } from '../../src/pictures/decoding/picture-facts.ts';
import { picture } from '../support/picture.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startTimeline } from './photo-library.ts';

const MIB = 2 ** 20;

/** `node test/bench/decode-peak.ts <file …>`: the memory of the running program while it makes the sizes of each file. */
for (const path of process.argv.slice(2)) await measure(path);

/** Prints the memory at rest and at the peak, by the kernel's own mark, and what the program counts for the decode. */
async function measure(path: string): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const file = await readFile(path);
  const { url, process: program } = await startTimeline(scope);
  const user = await signUp(url, 'ana');
  // Loads what uploading and decoding need.
  await settled(user, await picture());
  const rest = await memoryOf(program.pid, 'VmRSS');
  await writeFile(`/proc/${program.pid}/clear_refs`, '5');
  const state = await settled(user, file);
  const peak = await memoryOf(program.pid, 'VmHWM');
  const type = sniffType(file);
  const facts = type && readPictureFacts(file, type);
  const counted = facts ? decodeBytes(facts, fitWithin(facts.width, facts.height, 'medium')) / MIB : 0;
  const row = [basename(path), state, rest, peak, peak - rest, counted].map(String);
  console.log(`| ${row.map((cell) => cell.replace(/\.\d+$/, '')).join(' | ')} |`);
}

/** Uploads a file and waits until it is shown or has failed. */
async function settled(user: TestUser, file: Buffer): Promise<string> {
  const { body } = await user.upload(file).expect(201);
  for (;;) {
    const { state } = await user.read(`/v1/photos/${body.photo.id}`, Photo);
    if (state !== 'pending') return state;
    await pause(100);
  }
}

/** Mebibytes, as proc_pid_status(5) tells them. */
async function memoryOf(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / MIB;
}
