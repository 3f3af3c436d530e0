import { beforeAll, expect, test } from 'vitest';
import { shortened } from '../support/long-form.ts';
import { startWorld, type World } from '../support/world.ts';
import { readApi } from './api.ts';
import { fuzz } from './fuzz.ts';

/** Which requests are sent: the number is printed, and `FUZZ_SEED` sets it. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_129);

/** `npm run fuzz` sends many more. */
const runs = shortened(5000, 2000);

let world: World;

beforeAll(async () => {
  world = await startWorld({ env: { LOG_LEVEL: 'silent', RATE_LIMITS: 'off' } });
  // Tasks do not run: their replies are not seen here, and `npm run fuzz` lets them run.
  await world.cloud.appIsGone();
});

test(`${runs} random requests, good and hostile, get replies that OpenAPI describes (FUZZ_SEED=${seed})`, async () => {
  const report = await fuzz(world.appUrl, { runs, seed });
  expect(report.failures).toEqual([]);
  expect(report).toMatchObject({ sent: runs, failed: 0 });
  // Random requests that are all refused would prove little.
  expect(report.statuses['200']).toBeGreaterThan(runs / 5);
}, 600_000);

/** Parameters without which a request is refused. */
const NEEDED: Record<string, string> = {
  '/v1/memories': '?date=2026-11-20',
  '/v1/places/photos': '?place=japan',
  '/v1/search': '?q=lake',
  '/v1/search/suggest': '?q=la',
};

test('a GET whose reply has an ETag documents 304', async () => {
  const { token } = await world.user();
  const { operations } = await readApi(world.appUrl);
  const plain = operations.filter(
    ({ method, path, responses }) => method === 'GET' && responses && !path.includes('{'),
  );
  const tagged: string[] = [];
  for (const { path, responses } of plain) {
    const { headers } = await fetch(world.appUrl + path + (NEEDED[path] ?? ''), {
      headers: { Authorization: `Bearer ${token}` },
    });
    if (headers.has('etag')) tagged.push(path);
    expect({ path, documented: responses?.['304'] !== undefined }).toEqual({ path, documented: headers.has('etag') });
  }
  expect(tagged).toContain('/v1/timeline');
});
