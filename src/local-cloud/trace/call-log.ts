import type { CloudService } from '../../runtime/cloud-calls.ts';
import type { Key, Query } from '../datastore/protocol.ts';
import type { UsedIndex } from '../datastore/query/index-choice.ts';
import { Ring } from './ring.ts';

/** What a service says of a call while it answers it. What does not concern the call is left out. */
export interface CallFacts {
  /** Entities that the call read and changed, as Google counts operations (docs/platform.md#what-an-operation-is). */
  reads?: number;
  writes?: number;
  deletes?: number;
  /** Entities that were found, or rows of a projection. */
  found?: number;
  /** Keys that were looked up, without those beyond the first `MOST_KEYS`. */
  keys?: Key[];
  /** Entities that were changed, without those beyond the first `MOST_KEYS`. */
  changes?: { operation: string; key: Key }[];
  query?: Query | undefined;
  indexes?: UsedIndex[];
  /** Index entries that were added and removed. */
  indexEntries?: number;
  /** The whole name of a queue, and of a task of it. */
  queue?: string;
  task?: string;
  object?: { bucket: string; name: string };
}

/** One call to a service of the local cloud. */
export interface CloudCall extends CallFacts {
  service: CloudService;
  method: string;
  /** The ids of the requests for which the caller makes the call, separated by commas. */
  requests: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  startedAt: number;
  ms: number;
  /** The name of a gRPC status, or the number of an HTTP status. */
  status: string;
  /** The reason of a refusal. */
  message?: string;
  requestBytes: number;
  replyBytes: number;
}

/** Calls that are kept: some eight for each request that is kept. */
const MOST_CALLS = 4_000;

/** Keys that are kept of one call. */
export const MOST_KEYS = 20;

/** The last calls to the services. An entry refers to what the service has decoded anyway: only a page formats it. */
export class CallLog {
  readonly #calls = new Ring<CloudCall>(MOST_CALLS);
  readonly #noted: () => void;

  constructor(noted: () => void = () => {}) {
    this.#noted = noted;
  }

  begin(service: CloudService, method: string, requests: string): CloudCall {
    return { service, method, requests, startedAt: epochMs(), ms: 0, status: 'OK', requestBytes: 0, replyBytes: 0 };
  }

  end(call: CloudCall): void {
    call.ms = epochMs() - call.startedAt;
    this.#calls.push(call);
    this.#noted();
  }

  newestFirst(): Generator<CloudCall> {
    return this.#calls.newestFirst();
  }

  clear(): void {
    this.#calls.clear();
  }
}

/** More precise than `Date.now`. */
const epochMs = () => performance.timeOrigin + performance.now();
