import type { CloudTasksClient } from '@google-cloud/tasks';

/** Up to so many failures of a task are taken for chaos. More failures have another reason. */
const FORGIVEN = 3;

/** Runs every task again whose first attempts failed, as the queue does later. Returns their number. */
export async function runFailedAgain(tasks: CloudTasksClient, location: string): Promise<number> {
  const [queues] = await tasks.listQueues({ parent: location });
  const waiting = await Promise.all(queues.map(async ({ name }) => (await tasks.listTasks({ parent: name! }))[0]));
  const failed = waiting.flat().filter(({ dispatchCount }) => dispatchCount! > 0 && dispatchCount! <= FORGIVEN);
  for (const { name } of failed) await tasks.runTask({ name: name! });
  return failed.length;
}
