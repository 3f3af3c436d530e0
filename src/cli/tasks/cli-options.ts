import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

/** A command line. */
export interface Typed {
  command: string;
  /** The arguments after the command, without options. */
  operands: string[];
  limit: number;
  queue: string | undefined;
  name: string | undefined;
  /** Milliseconds since the Unix epoch. */
  at: number | undefined;
}

/** A task may be due in at most 30 days (cloudtasks.proto). */
const MAX_DELAY_MS = 30 * 24 * 3_600_000;

/** @throws UsageError */
export function readCommandLine(args: string[], now: number): Typed {
  const { values, positionals } = parse(args);
  const [command = 'help', ...operands] = positionals;
  const { queue, name, limit } = values;
  return {
    command: values.help ? 'help' : command,
    operands,
    queue,
    name: taskId(name),
    limit: whole('--limit', limit),
    at: timeOf(values, now),
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    in: text,
    at: text,
    queue: text,
    name: text,
    limit: { ...text, default: '50' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The ids of tasks that Cloud Tasks accepts (task.proto, `Task.name`). */
function taskId(name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z0-9_-]{1,500}$/.test(name)) return name;
  throw new UsageError(`--name takes 1 to 500 letters, digits, hyphens and underscores, not "${name}".`);
}

function whole(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`${option} must be a whole number from 1, not ${text}.`);
}

function timeOf(
  { in: seconds, at }: { in?: string | undefined; at?: string | undefined },
  now: number,
): number | undefined {
  if (seconds !== undefined && at !== undefined) throw new UsageError('Give --in or --at, not both.');
  if (seconds === undefined && at === undefined) return undefined;
  const time = at === undefined ? now + whole('--in', seconds ?? '') * 1000 : Date.parse(at);
  if (Number.isNaN(time)) throw new UsageError(`--at must be a time such as 2026-12-24T18:00:00Z, not ${at}.`);
  if (time > now + MAX_DELAY_MS) throw new UsageError('A task may be due in at most 30 days.');
  return time;
}
