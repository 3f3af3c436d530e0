import type { Call, Handler, Reply } from './call.ts';
import type { CorsRule } from './cors.ts';

/** One of the two APIs that Cloud Storage speaks. */
export interface Api {
  handle: Handler;
  /** Presents an error in the form of this API. */
  refuse(error: unknown): Reply;
  /** What pages of `origin` may do at this address with `method`. */
  corsRule(call: Call, origin: string, method: string): CorsRule | undefined;
}
