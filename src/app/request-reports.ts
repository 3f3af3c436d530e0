import type { LocalCloud } from '../local-cloud/index.ts';
import type { EndedRequest } from '../runtime/ended-request.ts';

/** Takes what the console of the local cloud shows of the app. */
export interface RequestReports {
  request(ended: EndedRequest): void;
  line(line: string): void;
}

/** Reports gather for this time: one message for many requests. */
const GATHERING_MS = 100;

/** Reports of which this many wait are sent at once. */
const MOST_WAITING = 500;

/** Hands requests that have ended and lines of the log to the local cloud, in batches. */
export function reportRequests(cloud: Pick<LocalCloud, 'noteApp'>): RequestReports {
  let requests: EndedRequest[] = [];
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    // A cloud that has ended shows nothing.
    cloud.noteApp(requests, lines).catch(() => undefined);
    requests = [];
    lines = [];
  };
  const added = () => {
    if (requests.length + lines.length >= MOST_WAITING) send();
    else timer ??= setTimeout(send, GATHERING_MS).unref();
  };
  return {
    request: (ended) => (requests.push(ended), added()),
    line: (line) => (lines.push(line), added()),
  };
}
