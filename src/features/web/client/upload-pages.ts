/** Pages hold a lock as long as they are open. Locks are absent on plain HTTP: there every other page counts as closed. */
const locks = (navigator as { locks?: LockManager }).locks;

const lockOf = (page: string) => `uploads-${page}`;

/** The name of this page, which no other has. */
export const thisPage = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('-');

/** The page that was in this tab before. */
let earlierPage: string | undefined;

/** Makes this page known as open. */
export function openPage(): void {
  // The lock is held until the page ends.
  void locks?.request(lockOf(thisPage), () => new Promise(() => undefined));
  try {
    earlierPage = sessionStorage.getItem('page') ?? undefined;
    sessionStorage.setItem('page', thisPage);
  } catch {
    // A browser that refuses storage keeps no uploads either.
  }
}

/**
 * Resolves to whether a page is closed. The earlier page of this tab is about to be: it is waited for. A copy of a tab
 * waits until the other tab has gone on.
 */
export async function isClosed(page: string): Promise<boolean> {
  if (page === thisPage) return false;
  if (!locks) return true;
  const options = { ifAvailable: page !== earlierPage };
  return locks.request(lockOf(page), options, (lock) => lock !== null);
}
