import * as fc from 'fast-check';
import { HttpClient } from '../support/http-client.ts';
import { readApi, type Api } from './api.ts';
import { asCurl } from './as-curl.ts';
import { fillPool, signUpFor, type Pool } from './pool.ts';
import { requests, type Generated } from './requests.ts';
import { faultsIn } from './verdict.ts';

export interface FuzzOptions {
  /** How many requests. */
  runs: number;
  /** Decides which requests: the same seed, the same requests, but for what the service itself draws by lot. */
  seed: number;
  /** Told before and after each batch, with the number of requests so far. */
  onBatch?: (phase: 'starts' | 'ends', sent: number) => void;
}

export interface Report {
  sent: number;
  /** Requests by the status of their answers; what was never answered counts as `none`. */
  statuses: Record<string, number>;
  /** Requests by operation. */
  operations: Record<string, number>;
  /** One failure of each kind, with its request and the seed of its batch. */
  failures: string[];
  failed: number;
  /** Milliseconds of sending, without the time that making the requests took. */
  sendingMs: number;
}

/** Requests that are made at once: batch number n has the seed `seed + n`. */
const BATCH = 250;
const AT_ONCE = 8;
const SHOWN_FAILURES = 20;

/** Sends random requests, good and hostile ones, to the app at `url`, and looks at every answer. */
export async function fuzz(url: string, { runs, seed, onBatch = () => undefined }: FuzzOptions): Promise<Report> {
  const client = new HttpClient(url, AT_ONCE);
  const report: Report = { sent: 0, statuses: {}, operations: {}, failures: [], failed: 0, sendingMs: 0 };
  try {
    const api = await readApi(url);
    const pool = await fillPool(client);
    const arbitrary = requests(api, pool);
    for (let batch = 0; report.sent < runs; batch += 1) {
      const numRuns = Math.min(BATCH, runs - report.sent);
      const waiting = fc.sample(arbitrary, { numRuns, seed: seed + batch });
      const sender = new Sender({ url, client, api, pool, report, seed: seed + batch });
      onBatch('starts', report.sent);
      const began = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, () => sender.sendAll(waiting)));
      report.sendingMs += performance.now() - began;
      onBatch('ends', report.sent);
    }
  } finally {
    client.close();
  }
  return report;
}

interface SenderDeps {
  url: string;
  client: HttpClient;
  api: Api;
  pool: Pool;
  report: Report;
  seed: number;
}

/** Sends the requests of one batch, several at once, and writes down what came back. */
class Sender {
  readonly #deps: SenderDeps;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  async sendAll(waiting: Generated[]): Promise<void> {
    for (let next = waiting.pop(); next; next = waiting.pop()) await this.#send(next);
  }

  async #send(generated: Generated): Promise<void> {
    const { client, api, report } = this.#deps;
    const { operation, call } = generated;
    // The users of the pool stay: another one is erased.
    if (operation.method === 'DELETE' && operation.path === '/v1/me') await this.#asLeaver(call);
    report.sent += 1;
    count(report.operations, `${operation.method} ${operation.path}`);
    try {
      const answer = await client.send(call);
      count(report.statuses, String(answer.status));
      const faults = faultsIn(api, generated, answer);
      if (faults.length > 0)
        this.#fail(generated, [...faults, `Answer: ${answer.status} ${answer.body.toString('latin1').slice(0, 500)}`]);
    } catch (error) {
      count(report.statuses, 'none');
      this.#fail(generated, [`No answer: ${String(error)}`]);
    }
  }

  async #asLeaver(call: Generated['call']): Promise<void> {
    const { client, pool, report } = this.#deps;
    const headers = call.headers ?? {};
    delete headers['Cookie'];
    if (pool.tokens.some((token) => headers['Authorization']?.includes(token))) {
      headers['Authorization'] = `Bearer ${await signUpFor(client, `leaver-${report.sent}`)}`;
    }
  }

  #fail({ operation, call }: Generated, faults: string[]): void {
    const { report, seed, url } = this.#deps;
    report.failed += 1;
    const kind = `${operation.method} ${operation.path}: ${faults[0]}`;
    if (report.failures.length >= SHOWN_FAILURES || report.failures.some((shown) => shown.startsWith(kind))) return;
    report.failures.push(
      [kind, ...faults.slice(1), asCurl(url, call), `FUZZ_SEED=${seed} npm run fuzz -- ${BATCH}`].join('\n  '),
    );
  }
}

const count = (counts: Record<string, number>, name: string) => void (counts[name] = (counts[name] ?? 0) + 1);
