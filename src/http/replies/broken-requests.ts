import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../runtime/log.ts';
import { STATUS_CODES } from '../../runtime/node-http.ts';
import { AppError } from '../../runtime/errors.ts';
import { presentProblem, PROBLEM_TYPE } from './problem.ts';
import { REQUEST_ID } from '../request-log.ts';
import { securityHeaderValues } from '../security-headers.ts';

/** How long the last bytes of a reply may take to leave before the connection is closed. */
const LAST_BYTES_MS = 2_000;

/**
 * Answers requests that break the rules of HTTP, before a route sees them or while one is at work, with a problem like every
 * other error, and closes the connection. Node by itself would send a status without a body.
 */
export function answerBrokenRequests(server: Server, log: Log): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  const headers = [...securityHeaderValues()].map(([name, value]) => `${name}: ${value}`);
  const refuse = (socket: Duplex, error: AppError, method: string | undefined) => {
    const requestId = randomUUID();
    log.info({ requestId, code: error.code }, `Refused before any route saw it: ${error.message}`);
    socket.end(answerTo(error, { requestId, headers, method }), () => void socket.destroy());
  };
  server.on('request', ({ socket }, response) => void latest.set(socket, response));
  // Its head is valid. The app refuses it as it refuses other requests.
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    refuse(socket, new AppError('not-implemented', 'CONNECT is for proxies. Send the request itself.'), 'CONNECT');
  });
  server.on('clientError', (error: ClientError, socket) => {
    const response = latest.get(socket);
    const isMidway = response?.headersSent === true && !response.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy(error);
    else if (isMidway) endAfterWriting(socket as Socket);
    else refuse(socket, faultOf(error), methodOf(error, response));
  });
}

/** What Node reports of bytes that are not HTTP: the last ones, and how many of them it could parse. */
interface ClientError extends NodeJS.ErrnoException {
  rawPacket?: Buffer;
  bytesParsed?: number;
}

/** Lets the reply that has begun leave, and adds nothing. */
function endAfterWriting(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LAST_BYTES_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}

/**
 * The method of the request at fault: by its first line, if that is among the bytes that came last, else by the request
 * whose body they are. It is unknown where a head came in pieces: Node does not tell it before the head is complete.
 */
function methodOf({ rawPacket, bytesParsed = 0 }: ClientError, response: ServerResponse | undefined) {
  const text = rawPacket?.toString('latin1', 0, bytesParsed) ?? '';
  const previousEnd = text.lastIndexOf('\r\n\r\n');
  const [, method] = /^\s*([A-Z]+) /.exec(text.slice(previousEnd < 0 ? 0 : previousEnd)) ?? [];
  return method ?? (response?.writableFinished === false ? response.req.method : undefined);
}

interface AnswerParts {
  requestId: string;
  headers: string[];
  method: string | undefined;
}

function answerTo(error: AppError, { requestId, headers, method }: AnswerParts): string {
  const body = JSON.stringify(presentProblem(error, requestId));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `Date: ${new Date().toUTCString()}`,
    `${REQUEST_ID}: ${requestId}`,
    ...headers,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`;
}

const faultOf = ({ code = '' }: ClientError): AppError =>
  FAULTS[code]?.() ?? new AppError('invalid-request', 'The bytes are not an HTTP/1.1 request.');

/** By the codes of Node. */
const FAULTS: Record<string, (() => AppError) | undefined> = {
  HPE_HEADER_OVERFLOW: () =>
    new AppError(
      'headers-too-large',
      'The head of a request must not be larger than 16 KiB. Send fewer or shorter headers.',
    ),
  HPE_INVALID_TRANSFER_ENCODING: () =>
    new AppError('invalid-request', 'Transfer-Encoding must be chunked, once and last.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new AppError('request-timeout', 'The request did not arrive in time. Send it again.'),
  HPE_INVALID_EOF_STATE: () =>
    new AppError('upload-aborted', 'The request ends before its announced length. Send it again.'),
};
