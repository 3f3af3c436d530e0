import type { CliDeps } from './client.ts';
import type { Typed } from './cli-options.ts';
import { createTask } from './create-task.ts';
import { changeQueue, describeQueue, listQueues } from './queues.ts';
import { changeTask, listTasks, showTask } from './tasks.ts';
import { UsageError } from '../usage-error.ts';

type Command = (deps: CliDeps, typed: Typed) => Promise<string>;

/** The number of operands of each command, and its function, which returns the text to print. */
const COMMANDS: Record<string, { operands: [least: number, most: number]; run: Command }> = {
  queues: { operands: [0, 0], run: listQueues },
  describe: { operands: [1, 1], run: describeQueue },
  pause: { operands: [1, 1], run: changeQueue('pauseQueue', 'is paused: it takes tasks and sends none') },
  resume: { operands: [1, 1], run: changeQueue('resumeQueue', 'sends its tasks again') },
  purge: { operands: [1, 1], run: changeQueue('purgeQueue', 'is emptied') },
  list: { operands: [1, 1], run: listTasks },
  show: { operands: [2, 2], run: showTask },
  run: { operands: [2, 2], run: changeTask('runTask', 'was sent') },
  delete: { operands: [2, 2], run: changeTask('deleteTask', 'is deleted') },
  create: { operands: [1, 2], run: createTask },
};

/**
 * Returns the function of a command, before any call of the cloud.
 * @throws UsageError
 */
export function commandFor({ command, operands }: Typed): Command {
  const found = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!found) throw new UsageError(`There is no command ${command}. There are ${Object.keys(COMMANDS).join(', ')}.`);
  const [least, most] = found.operands;
  if (operands.length < least || operands.length > most) {
    throw new UsageError(
      `${command} takes ${least === most ? least : `${least} or ${most}`} operands, not ${operands.length}: see --help.`,
    );
  }
  return found.run;
}
