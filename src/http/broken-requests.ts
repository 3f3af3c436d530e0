import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from '../node-http.ts';
import { AppError } from './errors.ts';
import { presentProblem, PROBLEM_TYPE } from './problem.ts';

/**
 * Answers what breaks the rules of HTTP before any route sees it, or while one is at work, with a problem like every
 * other error, and hangs up. Node by itself would give a status and not a word.
 */
export function answerBrokenRequests(server: Server): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => void latest.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = latest.get(socket);
    const isMidway = response?.headersSent === true && !response.writableFinished;
    const isHeard = socket.writable && !isMidway && error.code !== 'ECONNRESET';
    if (isHeard) socket.end(answerTo(error.code), () => void socket.destroy(error));
    else socket.destroy(error);
  });
}

function answerTo(fault: string | undefined): string {
  const error = FAULTS[fault ?? '']?.() ?? new AppError('invalid-request', 'This is no request of HTTP/1.1.');
  const body = JSON.stringify(presentProblem(error));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** By the codes of Node. */
const FAULTS: Record<string, (() => AppError) | undefined> = {
  HPE_HEADER_OVERFLOW: () => new AppError('headers-too-large', 'The head of a request has room for 16 KiB in all.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new AppError('request-timeout', 'The request did not arrive in time. Send it again.'),
  HPE_INVALID_EOF_STATE: () => new AppError('upload-aborted', 'The request ends before its announced length.'),
};
