import { WORDS_FOR_PEOPLE } from '../../../runtime/error-words.ts';

/** A refusal that the same request gets again. Its message is a text for people. */
export class Refused extends Error {}
/** The session of the page has ended. */
export class SignedOut extends Error {}
/** The same request may succeed later. */
export class Passing extends Error {
  /** Milliseconds until the service wants to see the request again, if it says so. */
  readonly retryAfterMs: number | undefined;
  /** Whether other requests would fail, too: the network is down, or there were too many. */
  readonly concernsAll: boolean;

  constructor(message: string, options: { retryAfterMs?: number | undefined; concernsAll?: boolean } = {}) {
    super(message);
    this.retryAfterMs = options.retryAfterMs;
    this.concernsAll = options.concernsAll ?? false;
  }
}

export interface Reply {
  status: number;
  body: Record<string, unknown>;
  /** The header `Range`: which bytes of a file an upload session has. */
  range: string | null;
}

/**
 * Sends JSON to the API and returns its reply.
 * @throws Refused, SignedOut, Passing; the abort's reason
 */
export async function callApi(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return (await send(method, path, { body: json, type: 'application/json', signal })).body;
}

interface Sending {
  body: FormData | Blob | string | undefined;
  type?: string | undefined;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Is told how many bytes of the body have gone. */
  onBytes?: (bytes: number) => void;
}

/**
 * Sends a request by XMLHttpRequest, because `fetch` does not tell how many bytes have gone.
 * @throws Refused, SignedOut, Passing; the abort's reason
 */
export function send(method: string, url: string, { body, type, headers, signal, onBytes }: Sending): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const request = new XMLHttpRequest();
  const abort = () => {
    request.abort();
    reject(signal.reason as Error);
  };
  request.open(method, url);
  request.setRequestHeader('Accept', 'application/json');
  if (type !== undefined && body !== undefined) request.setRequestHeader('Content-Type', type);
  for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
  if (onBytes) request.upload.addEventListener('progress', ({ loaded }) => onBytes(loaded));
  request.addEventListener('load', () => {
    const { status } = request;
    const body = parse(request.responseText);
    if (status < 400) resolve({ status, body, range: request.getResponseHeader('Range') });
    else reject(faultOf(status, body, request.getResponseHeader('Retry-After')));
  });
  request.addEventListener('error', () => reject(new Passing('The network failed.', { concernsAll: true })));
  request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
  if (signal.aborted) abort();
  else {
    signal.addEventListener('abort', abort);
    request.send(body);
  }
  return promise;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The error that a problem stands for. */
export function faultOf(status: number, problem: Record<string, unknown>, retryAfter: string | null = null): Error {
  if (status === 401) return new SignedOut();
  const words = wordsOf(problem['code']);
  // 507 says that the account or the service is full.
  if (status === 429 || (status >= 500 && status !== 507) || problem['retryable'] === true)
    return new Passing(words, { retryAfterMs: Number(retryAfter) * 1000 || undefined, concernsAll: status === 429 });
  return new Refused(words);
}

const wordsOf = (code: unknown) =>
  (WORDS_FOR_PEOPLE as Record<string, string>)[String(code)] ?? 'This file was refused.';
