import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';

/** Time that a person has for an authenticator. */
const LIFETIME_MS = 5 * 60_000;

const MOST_OPEN = 10_000;

/** What a challenge was made for: a passkey for this user, or a sign-in. */
export type Purpose = { adds: UserId } | 'sign-in';

interface Open {
  purpose: string;
  /** In elapsed milliseconds. */
  until: number;
}

/**
 * Challenges that authenticators have not signed yet. Each counts once (WebAuthn Level 3, section 13.4.3). They are kept in
 * memory: a home server is one instance, and after a restart the person presses the button again.
 */
export class Challenges {
  readonly #clock: Clock;
  readonly #open = new LRUCache<string, Open>({ max: MOST_OPEN });

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  open(challenge: string, purpose: Purpose): void {
    this.#open.set(challenge, { purpose: JSON.stringify(purpose), until: this.#clock.elapsed() + LIFETIME_MS });
  }

  /** Returns whether a challenge was made for this purpose, and uses it up. */
  take(challenge: string, purpose: Purpose): boolean {
    const open = this.#open.get(challenge);
    this.#open.delete(challenge);
    return open !== undefined && open.purpose === JSON.stringify(purpose) && open.until > this.#clock.elapsed();
  }
}
