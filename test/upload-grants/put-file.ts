import { once } from 'node:events';
import * as http from 'node:http';
import { json } from 'node:stream/consumers';

/** A reply to a PUT as its client sees it. */
export interface PutReply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: unknown;
}

interface PutOptions {
  headers?: http.OutgoingHttpHeaders;
  /** Leaves the length out: the body is chunked. */
  chunked?: boolean;
}

/** Sends a file as the whole body of a PUT, as the uploader of a phone does. */
export async function putFile(url: string, bytes: Buffer, options: PutOptions = {}): Promise<PutReply> {
  const length = options.chunked ? {} : { 'Content-Length': bytes.length };
  const request = http.request(url, { method: 'PUT', agent: false, headers: { ...length, ...options.headers } });
  // Two writes, so that Node cannot tell the length by itself.
  request.write(bytes.subarray(0, 100));
  request.end(bytes.subarray(100));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await json(response) };
}

/** Sends the first bytes of a file, and then cuts the connection. */
export async function cutAfter(url: string, bytes: Buffer, sent: number): Promise<void> {
  const headers = { 'Content-Length': bytes.length };
  const request = http.request(url, { method: 'PUT', agent: false, headers });
  request.on('error', () => undefined);
  await new Promise((resolve) => request.write(bytes.subarray(0, sent), resolve));
  request.destroy();
}
