/** A person waits at the terminal: one attempt of ten seconds. By itself the client retries for ten minutes. */
export const AT_ONCE = { timeout: 10_000, retry: null };
