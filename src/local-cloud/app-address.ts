/** Where the application is, as far as the services that call it may know. */
export class AppAddress {
  /** Base URL, undefined while it is not up. */
  url: string | undefined;
  readonly #holdsTasks: boolean;
  #drains = 0;

  /** With `holdsTasks` no task goes to the application by itself but during a drain. */
  constructor(url: string | undefined, holdsTasks: boolean) {
    this.url = url;
    this.#holdsTasks = holdsTasks;
  }

  /** Whether the tasks for the application wait, though it may be up. One that is told to run does not. */
  tasksWait(): boolean {
    return this.#holdsTasks && this.#drains === 0;
  }

  /** Sends tasks to the application until `drain` is over. */
  async whileDraining(drain: () => Promise<void>): Promise<void> {
    this.#drains++;
    try {
      await drain();
    } finally {
      this.#drains--;
    }
  }
}
