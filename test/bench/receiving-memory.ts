import { readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { picture } from '../support/picture.ts';
import { median } from './alternate.ts';
import { signUp } from '../support/test-user.ts';
import type { Figure } from './figure.ts';
import { startTimeline } from './photo-library.ts';
import { upload } from './upload.ts';

const ROUNDS = 3;
const UPLOADS = 64;
const BYTES = 10_000_000;
const MIB = 2 ** 20;
const LIMIT = 256;

/**
 * How far the memory of the program rises while it receives 64 uploads of 10 MB at once, by the kernel's own high-water
 * mark (Linux). The pictures in them are small, so that decoding, which needs memory by design, hardly counts.
 */
export async function measureReceivingMemory(scope: AsyncDisposableStack): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS });
  scope.defer(() => agent.destroy());
  const rises: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rises.push(await riseWhileReceiving(agent));
  return {
    what: `${UPLOADS} uploads of ${BYTES / 1e6} MB at once, from the start to the last reply, above the memory at rest`,
    value: median(rises),
    unit: 'MiB',
    reference: { what: 'limit', value: LIMIT },
    aim: { is: 'at most', ratio: 1 },
  };
}

/** In mebibytes. Each round has a program of its own, since none gives its memory back at once. */
async function riseWhileReceiving(agent: Agent): Promise<number> {
  await using scope = new AsyncDisposableStack();
  const { url, process: program } = await startTimeline(scope);
  const { token } = await signUp(url, 'ana');
  const photos = await Promise.all(Array.from({ length: UPLOADS + 2 }, () => picture()));
  const rest = Buffer.alloc(BYTES - Math.max(...photos.map(({ length }) => length)));
  const send = (photo: Buffer) => upload({ url, token, agent }, [photo, rest]);

  // Two uploads before load what receiving and decoding need.
  for (const photo of photos.splice(0, 2)) await send(photo);
  const idle = await memoryOf(program.pid, 'VmRSS');
  await resetPeak(program.pid);
  await Promise.all(photos.map(send));
  return (await memoryOf(program.pid, 'VmHWM')) - idle;
}

/** Mebibytes, as proc_pid_status(5) tells them. */
async function memoryOf(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / MIB;
}

/** The mark is set back to what is in use now: proc_pid_clear_refs(5). */
const resetPeak = (pid: number | undefined) => writeFile(`/proc/${pid}/clear_refs`, '5');
