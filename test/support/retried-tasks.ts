import type { CloudTasksClient } from '@google-cloud/tasks';

/** So many failures of a task are taken for chaos; whoever fails more often has a reason. */
const FORGIVEN = 3;

/** Runs every task again whose first tries failed, as the queue does later. How many there were. */
export async function runFailedAgain(tasks: CloudTasksClient, location: string): Promise<number> {
  const [queues] = await tasks.listQueues({ parent: location });
  const waiting = await Promise.all(queues.map(async ({ name }) => (await tasks.listTasks({ parent: name! }))[0]));
  const failed = waiting.flat().filter(({ dispatchCount }) => dispatchCount! > 0 && dispatchCount! <= FORGIVEN);
  for (const { name } of failed) await tasks.runTask({ name: name! });
  return failed.length;
}
