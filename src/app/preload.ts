import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clients } from './clients.ts';
import { loadDecoder } from '../pictures/decoding/decoder.ts';

/** Milliseconds between two steps: each keeps the event loop busy for some ten of them, and requests go first. */
const PAUSE = 300;

/**
 * Loads what the start did not wait for, so that the first token, upload or task need not wait for it either. In the end
 * the compiled code is kept: also a program that is killed has left it for its next start.
 */
export async function warmUp(clients: Clients): Promise<void> {
  const steps: (() => unknown)[] = [
    () => import('../features/accounts/verify-token.ts'),
    () => import('./background-handlers.ts'),
    () => import('exifreader'),
    loadDecoder,
    clients.tasks,
    flushCompileCache,
  ];
  for (const step of steps) {
    await pause(PAUSE, undefined, { ref: false });
    await step();
  }
}
