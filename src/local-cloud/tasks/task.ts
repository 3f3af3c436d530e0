import type { Micros } from './instants.ts';
import type { Routing } from './queue-settings.ts';

export type HttpMethod = 'POST' | 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS';

/** A request to the application itself. */
export interface AppEngineTarget {
  kind: 'app-engine';
  method: HttpMethod;
  relativeUri: string;
  headers: Record<string, string>;
  routing: Routing;
}

/** A request to any URL. */
export interface HttpTarget {
  kind: 'http';
  method: HttpMethod;
  url: string;
  headers: Record<string, string>;
  /** The service account of the ID token that is sent along, and the audience of the token. */
  oidc?: { email: string; audience: string };
}

export type Target = AppEngineTarget | HttpTarget;

/** One attempt. Times and outcome as in task.proto's `Attempt`. */
export interface Attempt {
  scheduled: Micros;
  dispatched: Micros;
  outcome?: Outcome;
}

/** How an attempt failed. */
export interface Outcome {
  at: Micros;
  httpStatus?: number;
  reason: string;
  code: number;
}

/** What a caller decides about a task. */
export interface NewTask {
  /** The queue's full name. */
  queue: string;
  id: string;
  due: Micros;
  created: Micros;
  target: Target;
  body: Uint8Array | undefined;
  /** Milliseconds that one attempt may take. */
  deadline: number;
}

export interface Task extends NewTask {
  /** Grows with every task made; orders tasks that are due at the same time. */
  sequence: number;
  dispatches: number;
  /** Attempts that got a response. */
  responses: number;
  /** Those responses that the header TaskExecutionCount counts. */
  executions: number;
  firstDispatch: Micros | undefined;
  lastAttempt: Attempt | undefined;
}
