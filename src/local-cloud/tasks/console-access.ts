import type { createEngine } from './engine.ts';
import { queueRpcs } from './queue-rpcs.ts';
import { taskRpcs } from './task-rpcs.ts';
import type { Task } from './task.ts';
import type { WaitingPosition } from './task-store.ts';

export type TasksForConsole = ReturnType<typeof tasksForConsole>;

/** What the console reads of queues and tasks, and changes in them by the same methods as a client. */
export function tasksForConsole(engine: ReturnType<typeof createEngine>) {
  const { queues, tasks, store, dispatcher, commit } = engine;
  const rpcs = { ...queueRpcs(engine), ...taskRpcs(engine) };
  /** What is shown stays. */
  const shown = <T>(read: () => T): T => {
    commit.flush();
    return read();
  };
  return {
    queues: () => shown(() => engine.overview()),
    /** @throws CloudError NOT_FOUND */
    queue: (name: string) => shown(() => engine.overviewOf(queues.get(name))),
    /** Tasks whose attempts are in flight. */
    sent: (queue: string): Task[] => dispatcher.sent(queue),
    /** Tasks that wait, in the order in which they are due. */
    waiting: (queue: string, after: WaitingPosition | undefined, limit: number) =>
      shown(() => store.waiting(queue, after, limit)),
    /** @throws CloudError NOT_FOUND when it never was, has run or was deleted */
    task: (name: string): Task => shown(() => tasks.get(name)),
    create: rpcs.CreateTask,
    run: (name: string) => void rpcs.RunTask({ name }),
    delete: (name: string) => rpcs.DeleteTask({ name }),
    purge: (name: string) => rpcs.PurgeQueue({ name }),
    pause: (name: string) => rpcs.PauseQueue({ name }),
    resume: (name: string) => rpcs.ResumeQueue({ name }),
  };
}
