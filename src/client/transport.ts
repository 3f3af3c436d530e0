import { errorOfReply, PhotoTimelineError, unreachable } from './photo-timeline-error.ts';
import { pause, reasonOf } from './pause.ts';

/** The credentials of requests: a fixed token, or a function that has the current one. */
export type TokenSource = string | ((refused?: string) => string | Promise<string>);

/** What the client uses of `fetch`. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** Where the service is, as in `https://photos.example`. */
  service: string;
  /**
   * An ID token, a personal token, or a function that returns one. The function is asked before each request, and once
   * more with the token that got 401: then it must renew it. Without a token the session of a page counts.
   */
  token?: TokenSource | undefined;
  /** `fetch` of the platform, unless given. */
  fetch?: Fetch | undefined;
  /** Waits; a timer, unless given. It rejects when the signal aborts. */
  wait?: ((ms: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
  /** How often a request is sent at most, 5 unless given. */
  attempts?: number | undefined;
  /** The longest `Retry-After` that is waited for, in milliseconds; a minute unless given. A longer one is an error at once. */
  longestWaitMs?: number | undefined;
  /**
   * How long a reply may take to begin, in milliseconds, besides a second for each 16 KiB that is sent; a minute unless given.
   * Then the request counts as failed, and is repeated if it may be.
   */
  patienceMs?: number | undefined;
}

export interface HttpRequest {
  method: string;
  /** Path and query, or a whole address. */
  target: string;
  headers?: Record<string, string> | undefined;
  body?: string | Blob | FormData | undefined;
  /** Size of the body; Infinity where it is not known. */
  bodyBytes: number;
  /** Whether a repetition has no second effect. Other requests are repeated only if they were refused before their work. */
  isRepeatable: boolean;
  /** Statuses that are replies besides 2xx and 304. */
  accepted?: readonly number[];
  /** Sends no token: an address that needs none, such as that of an upload session. */
  isAnonymous?: boolean;
  signal?: AbortSignal | undefined;
}

export interface HttpReply<Body = unknown> {
  status: number;
  headers: Headers;
  /** JSON as a value, other bodies as a blob; undefined without a body. */
  body: Body;
}

/** Sends requests: with the current token, again after failures that pass, never longer than the signal permits. */
export class Transport {
  readonly service: string;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly attempts: number;
  readonly #fetch: Fetch;
  readonly #token: TokenSource | undefined;
  readonly #longestWaitMs: number;
  readonly #patienceMs: number;

  constructor(options: TransportOptions) {
    const { service, token, fetch, wait = pause, attempts = 5, longestWaitMs = 60_000, patienceMs = 60_000 } = options;
    this.service = service.replace(/\/+$/, '');
    this.#token = token;
    this.#patienceMs = patienceMs;
    this.#fetch = fetch ?? ((address, init) => globalThis.fetch(address, init));
    this.wait = wait;
    this.attempts = attempts;
    this.#longestWaitMs = longestWaitMs;
  }

  /** @throws PhotoTimelineError, or the reason of the signal */
  async send(request: HttpRequest): Promise<HttpReply> {
    let token = await this.#tokenFor(request);
    let isRenewed = false;
    for (let sent = 1; ; sent++) {
      const outcome = await this.#attempt(request, token);
      if (!(outcome instanceof PhotoTimelineError)) return outcome;
      if (outcome.code === 'unauthenticated' && !isRenewed && token !== undefined) {
        isRenewed = true;
        const renewed = await this.#tokenFor(request, token);
        if (renewed === token) throw outcome;
        token = renewed;
      } else {
        await this.#waitBeforeNext(request, outcome, sent);
      }
    }
  }

  /** The whole address of a path, or an address as it is. */
  addressOf(target: string): string {
    return /^https?:/.test(target) ? target : this.service + target;
  }

  async #tokenFor({ isAnonymous }: HttpRequest, refused?: string): Promise<string | undefined> {
    if (isAnonymous) return undefined;
    return typeof this.#token === 'function' ? this.#token(refused) : this.#token;
  }

  async #attempt(request: HttpRequest, token: string | undefined): Promise<HttpReply | PhotoTimelineError> {
    const { method, target, headers, body = null, accepted = [], signal } = request;
    if (signal?.aborted) throw reasonOf(signal);
    const credentials: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const patience = this.#patienceFor(request);
    try {
      const init = { method, headers: { ...credentials, ...headers }, body, signal: patience.signal };
      const response = await this.#fetch(this.addressOf(target), init);
      patience.replyBegins();
      const read = await bodyOf(response);
      const { status } = response;
      const isReply = response.ok || status === 304 || accepted.includes(status);
      return isReply ? { status, headers: response.headers, body: read } : errorOfReply(response, read);
    } catch (cause) {
      if (signal?.aborted) throw reasonOf(signal);
      return unreachable(cause);
    } finally {
      patience.end();
    }
  }

  /** A signal for one attempt: it aborts with the caller's, and when the reply takes too long to begin. */
  #patienceFor({ bodyBytes, signal }: HttpRequest) {
    const controller = new AbortController();
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort);
    const limitMs = this.#patienceMs + (bodyBytes / SLOWEST_BYTES_PER_SECOND) * 1000;
    // A timer takes no longer time than this.
    const timer = limitMs < 2 ** 31 ? setTimeout(abort, limitMs) : undefined;
    return {
      signal: controller.signal,
      replyBegins: () => clearTimeout(timer),
      end() {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      },
    };
  }

  /** @throws PhotoTimelineError the failure, if the request is not repeated */
  async #waitBeforeNext({ isRepeatable, signal }: HttpRequest, failure: PhotoTimelineError, sent: number) {
    // A 429 is sent before the work begins.
    const mayRepeat = failure.isPassing && (isRepeatable || failure.status === 429);
    const delayMs = delayBefore(sent, failure.retryAfterMs);
    if (!mayRepeat || sent >= this.attempts || delayMs > this.#longestWaitMs) throw failure;
    await this.wait(delayMs, signal);
  }
}

const SLOWEST_BYTES_PER_SECOND = 16 * 1024;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/** Doubles from attempt to attempt. The random part keeps clients apart that failed together. */
export function delayBefore(sent: number, retryAfterMs = 0): number {
  const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** (sent - 1), LONGEST_DELAY_MS);
  return Math.round(retryAfterMs + backoffMs * (0.5 + Math.random() / 2));
}

/** Reads the whole body: the line may break before its end. */
async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get('Content-Type') ?? '';
  if (/[/+]json\b/.test(type)) {
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
  const bytes = await response.blob();
  return bytes.size === 0 ? undefined : bytes;
}
