import { test } from 'vitest';
import { startWorld } from '../support/world.ts';
import { fuzz } from './fuzz.ts';
test('x', async () => {
  const world = await startWorld({ env: { LOG_LEVEL: 'error' } });
  const t = performance.now();
  const r = await fuzz(world.appUrl, {
    runs: Number(process.env.RUNS ?? 300),
    seed: Number(process.env.FUZZ_SEED ?? 1),
    onBatch: (p, n) => console.log(p, n, Math.round(performance.now() - t)),
  });
  console.log(JSON.stringify(r.statuses), r.sent, r.failed, r.sendingMs);
  for (const f of r.failures) console.log(f.slice(0, 1200) + '\n');
}, 600_000);
