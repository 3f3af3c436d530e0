import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Log } from '../log.ts';
import type { AppError } from './errors.ts';
import { endWhileReceiving } from './linger.ts';
import { PROBLEM_PAGE_POLICY, renderProblemPage } from './problem-page.ts';
import { asAppError, presentProblem, PROBLEM_TYPE, type Problem } from './problem.ts';
import { requestIdOf } from './request-log.ts';

/** The last middleware of the app: every error becomes a problem, and faults of ours go to the log with their cause. */
export function problemHandler(log: Log): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (cause: unknown, request, response, _next) => {
    const error = asAppError(cause);
    // Too many requests are no fault; a metric counts them.
    const isFault = error.status >= 500 && error.code !== 'overloaded';
    if (isFault) log.error({ err: error.cause ?? error, code: error.code }, error.message);
    else if (response.destroyed) log.info({ code: error.code }, `Nobody waits for the answer: ${error.message}`);
    if (response.headersSent || response.destroyed) response.destroy();
    else sendProblem(request, response, error);
  };
}

function sendProblem(request: Request, response: Response, error: AppError): void {
  const problem = presentProblem(error, requestIdOf(response));
  const { type, text, headers } = wantsPage(request) ? asPage(problem) : asJson(problem);
  const body = Buffer.from(text);
  response.status(problem.status);
  response.vary('Accept');
  response.set({ 'Cache-Control': 'no-store', ...headers, ...error.headers });
  // Not by `response.type`, which would add a charset that problem+json does not have.
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', body.length);
  endWhileReceiving(request, response, body);
}

/** A browser says that it prefers HTML; programs say nothing, or anything. */
function wantsPage(request: Request): boolean {
  return request.accepts([PROBLEM_TYPE, 'application/json', 'text/html']) === 'text/html';
}

function asJson(problem: Problem) {
  return { type: PROBLEM_TYPE, text: JSON.stringify(problem), headers: {} };
}

function asPage(problem: Problem) {
  const headers = { 'Content-Security-Policy': PROBLEM_PAGE_POLICY };
  return { type: 'text/html; charset=utf-8', text: renderProblemPage(problem), headers };
}
