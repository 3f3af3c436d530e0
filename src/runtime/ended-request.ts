/** A request that the app has answered, as the console of the local cloud shows it. */
export interface EndedRequest {
  /** Its `X-Request-Id`. */
  id: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  startedAt: number;
  ms: number;
  method: string;
  /** Without the query, which may hold signatures and tokens. */
  path: string;
  /** The path of the route, such as `/v1/photos/:photo`; undefined where no route took the request. */
  route: string | undefined;
  status: number;
  /** Whether the connection closed before the whole reply was sent. */
  isBrokenOff: boolean;
  /** The task that the request runs, by the short name of its queue and its own. */
  task?: { queue: string; name: string } | undefined;
  isCron: boolean;
}
