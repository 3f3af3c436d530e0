import type { EndedRequest } from '../../runtime/ended-request.ts';
import { CallLog } from './call-log.ts';
import { Ring } from './ring.ts';

const MOST_REQUESTS = 500;
const MOST_LINES = 4_000;
/** A line may hold the stack of an error. */
const LONGEST_LINE = 8_000;

/** What open pages show of the trace. */
export type TraceTopic = 'requests' | 'log';

/** What the app and the services have done last: requests, their calls, and lines of the log. */
export class Trace {
  readonly calls: CallLog;
  readonly #requests = new Ring<EndedRequest>(MOST_REQUESTS);
  readonly #lines = new Ring<string>(MOST_LINES);
  readonly #changed: (topic: TraceTopic) => void;

  constructor(changed: (topic: TraceTopic) => void) {
    this.#changed = changed;
    this.calls = new CallLog(() => changed('requests'));
  }

  /** Takes what the app has reported: requests that have ended, and lines of its log as they are. */
  take(requests: EndedRequest[], lines: string[]): void {
    for (const request of requests) this.#requests.push(request);
    for (const line of lines) this.#lines.push(line.slice(0, LONGEST_LINE));
    if (requests.length > 0) this.#changed('requests');
    if (lines.length > 0) this.#changed('log');
  }

  /** The newest first. */
  requests(): EndedRequest[] {
    return [...this.#requests.newestFirst()];
  }

  /** The newest first. */
  lines(): Generator<string> {
    return this.#lines.newestFirst();
  }

  clear(): void {
    this.calls.clear();
    this.#requests.clear();
    this.#lines.clear();
  }
}
