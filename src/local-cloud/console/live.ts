import type { ServerResponse } from 'node:http';

/** The shortest time between two events of one stream. */
const PAUSE_MS = 500;

/**
 * Tells open pages that something has changed. A page marks the part of it that is shown again, by an id and a topic:
 * `<div id="list" data-live="requests">`.
 */
export class LiveTopics {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Says that what pages show of `topic` has changed. */
  changed(topic: string): void {
    for (const tell of this.#listeners.get(topic) ?? []) tell();
  }

  /** Sends an event of the server (HTML, section 9.2) for each change of `topic` until the page is closed. */
  stream(topic: string, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': open\n\n');
    let waiting: NodeJS.Timeout | undefined;
    const tell = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        response.write('data: changed\n\n');
      }, PAUSE_MS);
    };
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(tell));
    response.on('close', () => {
      clearTimeout(waiting);
      listeners.delete(tell);
      if (listeners.size === 0) this.#listeners.delete(topic);
    });
  }
}
