import type { Clock } from '../../runtime/clock.ts';
import type { Background } from '../background.ts';
import type { Attempts } from './attempts.ts';
import type { GroupCommit } from './group-commit.ts';
import { microsOf, type Micros } from './instants.ts';
import type { Queue } from './queue-store.ts';
import type { Queues } from './queues.ts';
import { QueueFlow } from './queue-flow.ts';
import type { Sender } from './sender.ts';
import type { Task } from './task.ts';
import type { TaskStore } from './task-store.ts';

interface DispatcherDeps {
  clock: Clock;
  queues: Queues;
  store: TaskStore;
  attempts: Attempts;
  commit: GroupCommit;
  sender: Sender;
  background: Background;
}

/** Sends due tasks within the rates of their queues. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #flows = new Map<string, QueueFlow>();
  readonly #inFlight = new Set<Promise<void>>();
  #drains = 0;
  #stopped = false;
  /** Sends the task that is due last first, because no caller may rely on an order. */
  reverseOrder = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Looks whether a queue has something to send. A task is sent once it is on the disk. */
  wake(queue: string): void {
    const flow = this.#flow(queue);
    flow.waking ??= this.#deps.commit.durable().then(
      () => this.#pump(flow),
      () => this.#pump(flow),
    );
  }

  wakeAll(): void {
    for (const queue of this.#deps.queues.all()) this.wake(queue.name);
  }

  /** The tasks of a queue whose attempts are in flight. */
  sent(queue: string): Task[] {
    return [...(this.#flows.get(queue)?.sent ?? [])];
  }

  /** Sends one task at once, whatever its queue says, and returns its state after that. Its backoff counts from now. */
  runNow(task: Task): Task {
    return this.#dispatch(this.#flow(task.queue), task, this.#now());
  }

  /** Sends all due tasks regardless of rates, and the due tasks that they add. Resolves when none is due or in flight. */
  async drain(): Promise<void> {
    this.#drains++;
    try {
      do {
        // What the disk refuses is attempted again in the background.
        await this.#deps.commit.durable().catch(() => undefined);
        for (const queue of this.#deps.queues.all()) this.#pump(this.#flow(queue.name));
        await Promise.all(this.#inFlight);
      } while (this.#inFlight.size > 0 || this.#canSendMore());
    } finally {
      this.#drains--;
    }
  }

  /** Sends nothing more. Resolves when no attempt is in flight. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const flow of this.#flows.values()) flow.stop();
    await Promise.all(this.#inFlight);
  }

  /** Sends nothing while the disk refuses to note attempts: the same tasks would be sent again and again. */
  #pump(flow: QueueFlow): void {
    flow.waking = undefined;
    this.#deps.background.run(flow.name, () => this.#send(flow));
  }

  #send(flow: QueueFlow): void {
    const queue = this.#deps.queues.find(flow.name);
    if (!queue || !this.#maySend(queue)) return;
    this.#deps.commit.settle();
    while (flow.mayStart(queue)) {
      const task = this.#nextDue(queue);
      if (!task) return this.#waitForDue(flow, queue);
      const elapsed = this.#elapsed();
      if (this.#drains === 0 && !flow.takeToken(queue, elapsed)) {
        return this.#wakeAfter(flow, flow.nextTokenAt(queue) - elapsed);
      }
      this.#dispatch(flow, task);
    }
  }

  #maySend({ state, rateLimits }: Queue): boolean {
    return !this.#stopped && state === 'RUNNING' && rateLimits.maxDispatchesPerSecond > 0;
  }

  #nextDue({ name }: Queue): Task | undefined {
    const order = this.reverseOrder ? 'newest' : 'oldest';
    return this.#deps.store.nextDue(name, this.#now(), this.#deps.sender.takesAppTasks(), order);
  }

  #canSendMore(): boolean {
    if (this.#deps.background.isRefused) return false;
    return this.#deps.queues.all().some((queue) => this.#maySend(queue) && this.#nextDue(queue) !== undefined);
  }

  #dispatch(flow: QueueFlow, task: Task, backoffFrom?: Micros): Task {
    const sent = this.#deps.attempts.begin(task);
    flow.sent.add(sent);
    const way = this.#follow(flow, task, sent, backoffFrom).finally(() => this.#inFlight.delete(way));
    this.#inFlight.add(way);
    return sent;
  }

  async #follow(flow: QueueFlow, task: Task, sent: Task, backoffFrom?: Micros): Promise<void> {
    const result = await this.#deps.sender.send(task);
    flow.sent.delete(sent);
    // An attempt that was cut off by the end of the program does not count: the task runs again after the next start.
    if (this.#stopped) return;
    flow.note(task.target.kind, result, this.#elapsed(), this.#now());
    this.#deps.attempts.end(sent, result, backoffFrom);
    // No flush needed: losing this write only repeats the task. New tasks wake the dispatcher once they are durable.
    if (!flow.waking) this.#pump(flow);
  }

  #waitForDue(flow: QueueFlow, queue: Queue): void {
    const due = this.#deps.store.firstDue(queue.name, this.#deps.sender.takesAppTasks());
    if (due !== undefined) this.#wakeAfter(flow, due - this.#now());
  }

  #wakeAfter(flow: QueueFlow, time: Micros): void {
    if (Number.isFinite(time)) flow.wait(this.#deps.clock, time, () => this.#pump(flow));
  }

  #flow(name: string): QueueFlow {
    const flow = this.#flows.get(name) ?? new QueueFlow(name);
    this.#flows.set(name, flow);
    return flow;
  }

  #now(): Micros {
    return microsOf(this.#deps.clock.now());
  }

  #elapsed(): Micros {
    return microsOf(this.#deps.clock.elapsed());
  }
}
