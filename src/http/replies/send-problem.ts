import type { ErrorRequestHandler, Request, Response } from 'express';
import { addLogFields, type Log } from '../../runtime/log.ts';
import { isOurFault, type AppError } from '../../runtime/errors.ts';
import { compressNow } from './compression.ts';
import { endWhileReceiving } from './linger.ts';
import { asAppError, presentProblem, PROBLEM_TYPE, type Problem } from './problem.ts';
import { requestIdOf } from '../request-log.ts';

/** What a page shows of a problem. */
export interface ProblemPage {
  problem: Problem;
  /** Of the request. */
  path: string;
  /** The handle of the caller, if the caller is known. */
  signedIn: string | undefined;
  /** Where to sign in, if that helps. */
  signInHref: string | undefined;
}

interface ProblemDeps {
  compresses: boolean;
  /** Renders a problem for a browser. Without it every client gets JSON. */
  renderProblem?: ((page: ProblemPage) => string) | undefined;
  /** The handle of the caller of a request, as far as it can be found out. Does not reject. */
  handleOf(request: Request): Promise<string | undefined>;
}

/** The last middleware of the app: every error becomes a problem, and faults of ours go to the log with their cause. */
export function problemHandler(log: Log, deps: ProblemDeps): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return async (cause: unknown, request, response, _next) => {
    const error = asAppError(cause);
    addLogFields({ code: error.code, ...reasonOf(error) });
    // Too many requests are no fault; a metric counts them.
    const isFault = isOurFault(error.status) && error.code !== 'overloaded';
    if (isFault) log.error({ err: error.cause ?? error }, error.message);
    else if (response.destroyed) log.info(`The client has gone before its answer: ${error.message}`);
    if (response.headersSent || response.destroyed) response.destroy();
    else await sendProblem(deps, request, response, error);
  };
}

/** Why the caller is refused: no 401 and no 403 is without a reason in the log. */
function reasonOf({ status, reason, code }: AppError): { reason?: string } {
  if (reason !== undefined) return { reason };
  return status === 401 || status === 403 ? { reason: code } : {};
}

async function sendProblem(deps: ProblemDeps, request: Request, response: Response, error: AppError): Promise<void> {
  const { compresses, renderProblem } = deps;
  const problem = presentProblem(error, requestIdOf(response));
  const render = wantsPage(request) ? renderProblem : undefined;
  const { type, text } = render ? await asPage(deps, render, request, problem) : asJson(problem);
  if (response.headersSent || response.destroyed) return;
  const plain = Buffer.from(text);
  const coded = compresses ? compressNow(request, { type, bytes: plain, immutable: false }) : undefined;
  const body = coded?.bytes ?? plain;
  response.status(problem.status);
  response.vary(compresses ? 'Accept, Accept-Encoding' : 'Accept');
  if (coded) response.setHeader('Content-Encoding', coded.coding);
  response.set({ 'Cache-Control': 'no-store', ...error.headers });
  // Not by `response.type`, which would add a charset that problem+json does not have.
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', body.length);
  endWhileReceiving(request, response, body);
}

/** A browser says that it prefers HTML; programs say nothing, or anything. */
/** Whether a client asks for a page rather than for JSON. */
export function wantsPage(request: Request): boolean {
  return request.accepts([PROBLEM_TYPE, 'application/json', 'text/html']) === 'text/html';
}

function asJson(problem: Problem) {
  return { type: PROBLEM_TYPE, text: JSON.stringify(problem) };
}

async function asPage(
  { handleOf }: ProblemDeps,
  render: (page: ProblemPage) => string,
  request: Request,
  problem: Problem,
) {
  const signInHref = problem.status === 401 ? signInHrefOf(request) : undefined;
  const signedIn = problem.status === 401 ? undefined : await handleOf(request);
  const text = render({ problem, path: request.path, signedIn, signInHref });
  return { type: 'text/html; charset=utf-8', text };
}

/** Where to sign in, and from there back: to this page, or to the one whose form this was. */
function signInHrefOf(request: Request): string {
  const page = request.method === 'GET' ? request.originalUrl : pathOf(request.get('Referer'));
  return page === undefined ? '/sign-in' : `/sign-in?returnTo=${encodeURIComponent(page)}`;
}

/** The host is not compared: a path is looked at by the sign-in again, and leads to this host alone. */
const pathOf = (url = '') => (URL.canParse(url) ? new URL(url).pathname + new URL(url).search : undefined);
