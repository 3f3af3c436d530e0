import { status } from '@grpc/grpc-js';
import { datastoreProxy } from './grpc-proxy.ts';

/** A line to Datastore that can lose answers, as a network does: what was asked has been done all the same. */
export interface DatastoreLine {
  /** `host:port` to reach Datastore by this line. */
  endpoint: string;
  /** The answer to the next commit is lost, although the commit goes through. */
  loseCommit(): void;
  /** The same, and from then on no call gets through. */
  breakAtCommit(): void;
  /** From now on no call gets through. */
  cut(): void;
  mend(): void;
}

/** Passes every call on to the Datastore at `target`, byte for byte. */
export async function datastoreLine(target: string): Promise<DatastoreLine> {
  let atCommit: 'answer' | 'lose' | 'break' = 'answer';
  let broken = false;
  const endpoint = await datastoreProxy(target, async (method, _request, forward) => {
    if (broken) throw lostAnswer(method);
    const reply = await forward();
    if (method !== 'Commit' || atCommit === 'answer') return reply;
    broken = atCommit === 'break';
    atCommit = 'answer';
    throw lostAnswer(method);
  });
  return {
    endpoint,
    loseCommit: () => void (atCommit = 'lose'),
    breakAtCommit: () => void (atCommit = 'break'),
    cut: () => void (broken = true),
    mend: () => void (broken = false),
  };
}

/** INTERNAL is what a stream that breaks becomes; UNAVAILABLE would have Google's client try lookups for ten minutes. */
const lostAnswer = (method: string) =>
  Object.assign(new Error(`The answer to ${method} was lost.`), { code: status.INTERNAL });
