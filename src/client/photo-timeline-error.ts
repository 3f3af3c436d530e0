import type { Problem } from './api-types.ts';

/** A request that did not succeed: refused by the service, or without a reply (`unreachable`). */
export class PhotoTimelineError extends Error {
  /** What happened, for a program: a code of the API, or `unreachable`. */
  readonly code: Problem['code'] | 'unreachable';
  /** HTTP status; 0 without a reply. */
  readonly status: number;
  /** What happened, for a developer. */
  readonly detail: string;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The whole problem, if the reply was one: `errors`, `maxBytes`, the current item of a 412. */
  readonly problem: Problem | undefined;

  constructor({ code, status, detail, retryAfterMs, problem, cause }: Failure) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'PhotoTimelineError';
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    if (this.problem)
      return this.problem.retryable === true || (this.status === 409 && this.retryAfterMs !== undefined);
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Failure {
  code: PhotoTimelineError['code'];
  status: number;
  detail: string;
  retryAfterMs?: number | undefined;
  problem?: Problem | undefined;
  cause?: unknown;
}

export const unreachable = (cause: unknown) =>
  new PhotoTimelineError({ code: 'unreachable', status: 0, detail: 'No reply came.', cause });

/** The error of a problem, also of that of one item in a batch. */
export const errorOfProblem = (problem: Problem, retryAfterMs?: number) =>
  new PhotoTimelineError({
    code: problem.code,
    status: problem.status,
    detail: problem.detail,
    retryAfterMs,
    problem,
  });

/** The error of a reply. A reply of a proxy or of the bucket is no problem of ours. */
export function errorOfReply({ status, headers }: Response, body: unknown): PhotoTimelineError {
  const retryAfterMs = waitingTimeMs(headers);
  if (isProblem(body)) return errorOfProblem(body, retryAfterMs);
  const code = status >= 500 ? 'unavailable' : (CODES[status] ?? 'invalid-request');
  return new PhotoTimelineError({ code, status, detail: `The reply has the status ${status}.`, retryAfterMs });
}

/** Codes for replies without a problem. */
const CODES: Record<number, Problem['code']> = {
  401: 'unauthenticated',
  404: 'not-found',
  410: 'gone',
  413: 'file-too-large',
  429: 'rate-limited',
};

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'status' in body && 'detail' in body;

/** `Retry-After` in seconds (RFC 9110, 10.2.3), else `t` of a `RateLimit` of which nothing is left. */
function waitingTimeMs(headers: Headers): number | undefined {
  const seconds = headers.get('Retry-After') ?? /;r=0;t=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1];
  return seconds === undefined || !/^\d+$/.test(seconds) ? undefined : Number(seconds) * 1000;
}
