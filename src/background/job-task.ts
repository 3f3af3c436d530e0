import type { TaskRequest } from './create-task.ts';
import type { JobRef } from '../data/model/job-ref.ts';
import { JOBS, type JobName } from './table.ts';

/** The task that runs a job: its queue and its time limit are in the table. */
export function jobTask<P>(
  { name }: JobRef<P>,
  payload: P,
  options: Pick<TaskRequest, 'at' | 'name'> = {},
): TaskRequest {
  const { queue, minutes } = JOBS[name as JobName];
  return { queue, path: `/tasks/${name}`, payload, seconds: minutes * 60, ...options };
}
