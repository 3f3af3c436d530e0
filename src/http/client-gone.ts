import type { Request } from 'express';

/** A signal that is given when the connection of a request closes before its reply has been sent, or after it. */
export function clientGone({ res }: Request): AbortSignal {
  const gone = new AbortController();
  if (res?.destroyed) gone.abort();
  else res?.once('close', () => gone.abort());
  return gone.signal;
}
