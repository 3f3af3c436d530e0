import { JOBS, QUEUES } from '../../background/table.ts';

export const USAGE = `npm run tasks -- COMMAND

  queues                          lists the queues: state, rate, number of waiting tasks
  describe QUEUE                  shows all settings of a queue
  list QUEUE [--limit 50]         lists the waiting tasks of a queue, in the order in which they are due
  show QUEUE TASK                 shows a task: target, body, attempts
  create JOB [JSON]               creates a task for a job, with its payload: create empty-trash '{"user":"…","until":0}'
  create /PATH [JSON]             creates a task for a path of the service, in the queue \`default\`
    [--in SECONDS | --at TIME]      not before then, at most 30 days ahead
    [--queue QUEUE]                 another queue than the job's own
    [--name NAME]                   the name of the task, for show, run and delete; it stays taken for days
  run QUEUE TASK                  sends a task now, even if it is not due or its queue is paused
  delete QUEUE TASK               deletes a task
  pause QUEUE · resume QUEUE      a paused queue takes tasks and sends none
  purge QUEUE                     deletes all tasks of a queue

Queues: ${Object.keys(QUEUES).join(', ')}
Jobs: ${Object.keys(JOBS).join(', ')}

It works beside a running \`npm start\` (DATA_DIR says which), with CLOUD_TASKS_EMULATOR_HOST, and with PROFILE=google.
`;
