/** Where the application is, as far as the services that call it may know. */
export class AppAddress {
  /** Base URL, undefined while it is not up. */
  url: string | undefined;
  readonly #holdsTasks: boolean;
  #drains = 0;

  /** With `holdsTasks` no task finds the application but during a drain. */
  constructor(url: string | undefined, holdsTasks: boolean) {
    this.url = url;
    this.#holdsTasks = holdsTasks;
  }

  forTasks(): string | undefined {
    return this.#holdsTasks && this.#drains === 0 ? undefined : this.url;
  }

  /** Lets tasks find the application until `drain` is over. */
  async whileDraining(drain: () => Promise<void>): Promise<void> {
    this.#drains++;
    try {
      await drain();
    } finally {
      this.#drains--;
    }
  }
}
