/** The app's address, for the services that call it. */
export class AppAddress {
  /** Base URL, undefined while it is not up. */
  url: string | undefined;
  readonly #holdsTasks: boolean;
  #drains = 0;

  /** With `holdsTasks` tasks are sent to the app only during a drain. */
  constructor(url: string | undefined, holdsTasks: boolean) {
    this.url = url;
    this.#holdsTasks = holdsTasks;
  }

  /** Whether tasks for the app wait although it is up. A task that is run by command does not wait. */
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
