import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startProgram, type Running } from '../process/support.ts';
import { fuzz, type Report } from './fuzz.ts';

/** `npm run fuzz -- [requests]`: sends random requests to the program in a process of its own. FUZZ_SEED repeats a run. */
async function main([count = '10000']: string[]): Promise<void> {
  const runs = Number(count);
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error('Say how many requests: npm run fuzz -- 100000');
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${runs} requests, FUZZ_SEED=${seed}`);
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  const turns = join(folder, 'turns');
  const preload = pathToFileURL(join(import.meta.dirname, 'report-turns.ts')).href;
  const program = await startProgram(join(folder, 'data'), {
    NODE_OPTIONS: `--import=${preload}`,
    FUZZ_TURNS: turns,
    LOG_LEVEL: 'info',
    RATE_LIMITS: 'off',
  });
  try {
    const watch = watchTurnsOf(program, turns);
    const report = await fuzz(program.url, { runs, seed, onBatch: watch.onBatch });
    print(report, await watch.longest());
    process.exitCode = report.failed > 0 ? 1 : 0;
  } finally {
    await program.stop('SIGTERM');
    await rm(folder, { recursive: true });
  }
}

/** Follows the longest piece of work of the program's main thread, batch by batch. */
function watchTurnsOf(program: Running, file: string) {
  const perBatch: { ms: number; sent: number }[] = [];
  const pending: Promise<void>[] = [];
  return {
    onBatch(phase: 'starts' | 'ends', sent: number) {
      if (sent > 0 && phase === 'starts' && sent % 10_000 < 250) console.log(`${sent} sent`);
      if (phase === 'ends') pending.push(take(sent));
    },
    async longest() {
      await Promise.all(pending);
      // The first batch loads and compiles what the others run.
      return perBatch.slice(1).reduce((most, each) => (each.ms > most.ms ? each : most), { ms: 0, sent: 0 });
    },
  };

  async function take(sent: number): Promise<void> {
    program.process.kill('SIGUSR2');
    // The program answers the signal by a file, as soon as its loop has come round.
    await pause(200);
    perBatch.push({ ms: Number(await readFile(file, 'utf8').catch(() => '0')), sent });
  }
}

function print(
  { sent, failed, statuses, operations, failures, sendingMs }: Report,
  longest: { ms: number; sent: number },
) {
  const shown = (counts: Record<string, number>) =>
    Object.entries(counts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => `  ${String(times).padStart(8)}  ${name}`)
      .join('\n');
  console.log(`Requests by status:\n${shown(statuses)}`);
  console.log(`Requests by operation:\n${shown(operations)}`);
  console.log(`${sent} requests, ${Math.round((1000 * sent) / sendingMs)}/s`);
  console.log(
    `Longest piece of work: ${longest.ms.toFixed(1)} ms of CPU (among the 250 requests up to ${longest.sent})`,
  );
  for (const failure of failures) console.log(`\nFAILED ${failure}`);
  console.log(`${failed} failed`);
}

await main(process.argv.slice(2));
