import type { Request, Response } from 'express';
import { announcedLength, announcesBody } from '../input/request-body.ts';

export interface LingerLimits {
  /** How much of a refused body is still read and thrown away, in bytes. */
  bytes: number;
  /** For how long, in milliseconds. */
  ms: number;
}

const DEFAULTS: LingerLimits = { bytes: 64 * 2 ** 20, ms: 2000 };

/**
 * Ends a response although the client may still be sending. To close the connection with unread bytes would reset it, and
 * the client would see the reset instead of the reply. To read them all would let the client send without end. So the reply
 * leaves whole, then a bounded part of the rest is read, then the connection closes. Content-Length must be set: it shows the
 * client where the reply ends.
 */
export function endWhileReceiving(request: Request, response: Response, body: Buffer, limits = DEFAULTS): void {
  if (request.complete || !announcesBody(request) || isSmall(request)) return void response.end(body);
  response.setHeader('Connection', 'close');
  // Node keeps the head of an answer to a HEAD until its end.
  if (request.method === 'HEAD') response.flushHeaders();
  else response.write(body);
  drain(request, limits, () => response.end());
}

/** Whether so little is left that Node may read it and keep the connection for the next request. */
function isSmall({ headers }: Request): boolean {
  return headers['transfer-encoding'] === undefined && announcedLength(headers) <= 65_536;
}

function drain(request: Request, limits: LingerLimits, done: () => void): void {
  let left = limits.bytes;
  const stop = () => {
    clearTimeout(timer);
    request.off('data', count);
    done();
  };
  const count = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) stop();
  };
  const timer = setTimeout(stop, limits.ms);
  request.on('data', count).once('close', stop).once('end', stop).on('error', stop);
  request.unpipe();
  request.resume();
}
