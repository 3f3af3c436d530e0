import { succeeded, type PlatformCaller, type CallResult } from '../platform-call.ts';
import { dispatchHeaders } from './dispatch-headers.ts';
import type { Task } from './task.ts';

export interface SenderOptions {
  caller: PlatformCaller;
  /** Base URL of the application, undefined while it is not up. */
  app: () => string | undefined;
  /** Whether tasks for the application are to wait although it is up, unless they are told to run. */
  appTasksWait?: () => boolean;
  secret: string;
  /** Makes the ID token of an HTTP target that asks for one. */
  mintOidcToken?: ((email: string, audience: string) => Promise<string>) | undefined;
}

/** No request to an automatically scaled service lasts longer, whatever its task's deadline (task.proto). In milliseconds. */
const APP_LIMIT_MS = 600_000;

/** Turns a task into an HTTP call. */
export class Sender {
  readonly #options: SenderOptions;
  /** Delivers each task once more after a success: a handler must tolerate that. */
  twice = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Whether tasks for the application go out when they are due. */
  takesAppTasks(): boolean {
    const { app, appTasksWait } = this.#options;
    return app() !== undefined && !appTasksWait?.();
  }

  /** Never rejects: a task that cannot be sent is a failed attempt. The response to the first delivery counts. */
  async send(task: Task): Promise<CallResult> {
    const result = await this.#deliver(task);
    if (this.twice && succeeded(result)) await this.#deliver(task);
    return result;
  }

  async #deliver(task: Task): Promise<CallResult> {
    try {
      const url = this.#url(task);
      if (!url) return { status: undefined, failure: 'UNAVAILABLE', reason: 'The application is not up' };
      const headers = dispatchHeaders(task, this.#options.secret, await this.#idToken(task));
      const { target, body, deadline } = task;
      const limit = target.kind === 'app-engine' ? APP_LIMIT_MS : deadline;
      const call = { method: target.method, url, headers, body, deadline: Math.min(deadline, limit) };
      return await this.#options.caller.call(call);
    } catch (cause) {
      return { status: undefined, failure: 'UNAVAILABLE', reason: String(cause) };
    }
  }

  #url({ target }: Task): string | undefined {
    if (target.kind === 'http') return target.url;
    const app = this.#options.app();
    return app && app.replace(/\/$/, '') + target.relativeUri;
  }

  async #idToken({ target }: Task): Promise<string | undefined> {
    if (target.kind !== 'http' || !target.oidc) return undefined;
    return this.#options.mintOidcToken?.(target.oidc.email, target.oidc.audience);
  }
}
