import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError } from '../runtime/errors.ts';

/**
 * Refuses heads that Node lets pass and the rules of HTTP/1.1 do not, and reads an absolute request target
 * (`GET http://host/path`, RFC 9112, 3.2.2): the URL keeps its path alone, and the target's host is the one that counts.
 * So nothing behind this takes a host from the target.
 * @throws AppError invalid-request, expectation-failed, not-implemented
 */
export const checkHead: RequestHandler = (request, _response, next) => {
  requireOneHost(request);
  readTarget(request);
  requireKnownExpectation(request);
  requireKnownCoding(request);
  next();
};

/** RFC 9112, 3.2. Only HTTP/1.0 knows requests without a host. */
function requireOneHost({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) hosts += Number(rawHeaders[at]?.toLowerCase() === 'host');
  if (hosts === 0 && httpVersion === '1.0') return;
  if (hosts !== 1) throw badRequest(`A request has exactly one Host header. This one has ${hosts}.`);
  if (!HOST.test(headers.host ?? '')) throw badRequest('The Host header must name a host, and a port if need be.');
}

/** `uri-host [ ":" port ]`, and not empty (RFC 9110, 4.2.1). */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(:\d*)?$/i;

interface Targeted extends IncomingMessage {
  originalUrl: string;
}

function readTarget(request: Targeted): void {
  const { url = '' } = request;
  if (url.startsWith('/') || (url === '*' && request.method === 'OPTIONS')) return;
  const [, authority = '', rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (!HOST.test(host)) throw badRequest('The target of a request is a path, or an http(s) URL.');
  request.headers.host = host;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  request.originalUrl = request.url;
}

/** RFC 9110, 10.1.1. */
function requireKnownExpectation({ headers: { expect }, httpVersion }: IncomingMessage): void {
  if (expect === undefined || httpVersion === '1.0' || expect.toLowerCase() === '100-continue') return;
  throw new AppError('expectation-failed', 'The only expectation that is served is 100-continue. Leave Expect out.');
}

/** RFC 9112, 6.1. Node takes any list that ends in chunked, and hands on what stands before it undecoded. */
function requireKnownCoding({ headers }: IncomingMessage): void {
  const coding = headers['transfer-encoding'];
  if (coding === undefined || coding.toLowerCase() === 'chunked') return;
  throw new AppError(
    'not-implemented',
    'The only transfer coding that is served is chunked. Send the body without any other.',
  );
}

const badRequest = (detail: string) => new AppError('invalid-request', detail);
