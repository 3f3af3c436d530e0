import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError, ERRORS, type ErrorCode } from '../../src/runtime/errors.ts';
import { presentProblem } from '../../src/http/replies/problem.ts';

const SRC = join(import.meta.dirname, '../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('local-cloud'))
  .map((file) => readFileSync(join(SRC, file), 'utf8'));

/** Codes with which an error is made: `new AppError('x', …)`, `super('x', …)`, `refuse('x', …)`, or `['x', 'a sentence']`. */
function thrownIn(text: string): string[] {
  const made = text.matchAll(/(?:AppError|super|refuse)\(\s*'([a-z-]+)'|\['([a-z-]+)', (?:'[A-Z]|[A-Z_]+\])/g);
  return [...made].map(([, called, listed]) => called ?? listed ?? '');
}

describe('the error codes of the contract', () => {
  test('every error code of the contract is thrown somewhere', () => {
    const thrown = new Set(sources.flatMap(thrownIn));
    expect(Object.keys(ERRORS).filter((code) => !thrown.has(code))).toEqual([]);
  });

  test('say `retryable` only where the same request may succeed later', () => {
    const said = (Object.keys(ERRORS) as ErrorCode[]).filter(
      (code) => presentProblem(new AppError(code, '')).retryable,
    );
    const decoding = ['decode-memory', 'decode-timeout', 'decoder-lost'];
    const others = [
      'busy',
      'internal',
      'overloaded',
      'rate-limited',
      'request-timeout',
      'unavailable',
      'upload-aborted',
    ];
    expect(said.sort()).toEqual([...decoding, ...others].sort());
  });
});
