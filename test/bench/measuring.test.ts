import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { alternate } from './alternate.ts';
import { describeFigure } from './figure.ts';
import { load, type Load } from './load.ts';

async function loadOf(answer: RequestListener): Promise<Load> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, paths: Array.from({ length: 20 }, (_, at) => `/${at}`), headers: {}, connections: 3, status: 200 };
}

describe('a benchmark', () => {
  const figure = { what: 'a run', value: 84, unit: 'photos/s', reference: { what: 'bare', value: 100 } };

  test.each([
    ['at least', 0.84, 'met'],
    ['at least', 0.85, 'MISSED'],
    ['at most', 0.84, 'met'],
    ['at most', 0.83, 'MISSED'],
  ] as const)('a ratio of 0.84 where %s %d is wanted is %s', (is, ratio, verdict) => {
    const line = describeFigure('speed', { ...figure, aim: { is, ratio } });
    expect(line.split(' | ')).toMatchObject({ 1: 'reference 100 photos/s (bare)', 2: 'ratio 0.840', 4: verdict });
  });

  test('alternates, leaves the first round out and reports medians', async () => {
    const order: string[] = [];
    const values = { a: [100, 1, 9, 2], b: [100, 5, 3, 4] };
    const next = (name: 'a' | 'b') => async () => (order.push(name), values[name].shift() ?? NaN);
    expect(await alternate(3, { a: next('a'), b: next('b') })).toEqual({ a: 2, b: 4 });
    expect(order.join('')).toBe('abababab');
  });

  test('requests each path once and waits for the whole reply', async () => {
    const asked: string[] = [];
    const work = await loadOf((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('Content-Length', 300_000).end(Buffer.alloc(300_000));
    });
    expect((await load(work)).perSecond).toBeGreaterThan(0);
    expect(asked.toSorted()).toEqual(work.paths.toSorted());
  });

  test('a benchmark counts only replies with the expected status', async () => {
    const work = await loadOf((_request, response) => void response.writeHead(429, { 'Content-Length': 0 }).end());
    await expect(load(work)).rejects.toThrow('was answered with 429 instead of 200');
  });
});
