import type { ErrorRequestHandler, Request, Response } from 'express';
import { addLogFields, type Log } from '../../runtime/log.ts';
import { isOurFault, type AppError } from '../../runtime/errors.ts';
import { compressNow } from './compression.ts';
import { endWhileReceiving } from './linger.ts';
import { PROBLEM_PAGE_POLICY, renderProblemPage } from './problem-page.ts';
import { asAppError, presentProblem, PROBLEM_TYPE, type Problem } from './problem.ts';
import { requestIdOf } from '../request-log.ts';

/** The last middleware of the app: every error becomes a problem, and faults of ours go to the log with their cause. */
export function problemHandler(log: Log, { compresses }: { compresses: boolean }): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (cause: unknown, request, response, _next) => {
    const error = asAppError(cause);
    addLogFields({ code: error.code, ...reasonOf(error) });
    // Too many requests are no fault; a metric counts them.
    const isFault = isOurFault(error.status) && error.code !== 'overloaded';
    if (isFault) log.error({ err: error.cause ?? error }, error.message);
    else if (response.destroyed) log.info(`The client has gone before its answer: ${error.message}`);
    if (response.headersSent || response.destroyed) response.destroy();
    else sendProblem(request, response, error, compresses);
  };
}

/** Why the caller is refused: no 401 and no 403 is without a reason in the log. */
function reasonOf({ status, reason, code }: AppError): { reason?: string } {
  if (reason !== undefined) return { reason };
  return status === 401 || status === 403 ? { reason: code } : {};
}

function sendProblem(request: Request, response: Response, error: AppError, compresses: boolean): void {
  const problem = presentProblem(error, requestIdOf(response));
  const { type, text, headers } = wantsPage(request) ? asPage(request, problem) : asJson(problem);
  const plain = Buffer.from(text);
  const coded = compresses ? compressNow(request, { type, bytes: plain, immutable: false }) : undefined;
  const body = coded?.bytes ?? plain;
  response.status(problem.status);
  response.vary(compresses ? 'Accept, Accept-Encoding' : 'Accept');
  if (coded) response.setHeader('Content-Encoding', coded.coding);
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

function asPage(request: Request, problem: Problem) {
  const headers = { 'Content-Security-Policy': PROBLEM_PAGE_POLICY };
  const signIn = problem.status === 401 ? signInHref(request) : undefined;
  return { type: 'text/html; charset=utf-8', text: renderProblemPage(problem, signIn), headers };
}

/** Where to sign in, and from there back: to this page, or to the one whose form this was. */
function signInHref(request: Request): string {
  const page = request.method === 'GET' ? request.originalUrl : pathOf(request.get('Referer'));
  return page === undefined ? '/sign-in' : `/sign-in?returnTo=${encodeURIComponent(page)}`;
}

/** The host is not compared: a path is looked at by the sign-in again, and leads to this host alone. */
const pathOf = (url = '') => (URL.canParse(url) ? new URL(url).pathname + new URL(url).search : undefined);
