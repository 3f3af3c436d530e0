/** Somebody is waiting at the terminal: one try, ten seconds. The client's own patience is ten minutes. */
export const AT_ONCE = { timeout: 10_000, retry: null };
