import { JOBS, QUEUES } from '../../background/table.ts';

export const USAGE = `npm run tasks -- COMMAND

  queues                          every queue: its state, its rate, what waits in it
  describe QUEUE                  all settings of one queue
  list QUEUE [--limit 50]         the tasks that wait in it, what is due first in front
  show QUEUE TASK                 one task: where it goes, what it carries, how its tries ended
  create JOB [JSON]               a task for a job, with what it is told: create empty-trash '{"user":"…","until":0}'
  create /PATH [JSON]             a task for a URL of the service, in the queue \`default\`
    [--in SECONDS | --at TIME]      not before then, at most 30 days ahead
    [--queue QUEUE]                 another queue than the job's own
    [--name NAME]                   the task's own name, for show, run and delete; no later task can have it for days
  run QUEUE TASK                  sends it now, whatever its time and the state of its queue
  delete QUEUE TASK               it will not run
  pause QUEUE · resume QUEUE      a paused queue takes tasks and sends none
  purge QUEUE                     deletes everything that waits in it

Queues: ${Object.keys(QUEUES).join(', ')}
Jobs: ${Object.keys(JOBS).join(', ')}

It works beside a running \`npm start\` (DATA_DIR says which), with CLOUD_TASKS_EMULATOR_HOST, and with PROFILE=google.
`;

/** What was typed cannot be meant; the message says what to type instead. */
export class UsageError extends Error {}
