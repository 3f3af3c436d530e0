import { CloudError } from '../cloud-error.ts';
import {
  DAY_MICROS,
  fromDuration,
  fromTimestamp,
  HOUR_MICROS,
  type Duration,
  type Micros,
  type Timestamp,
} from './instants.ts';
import { readTarget, type TargetMessage } from './read-target.ts';
import type { Target } from './task.ts';

/** The fields of google.cloud.tasks.v2.Task that a caller may set. */
export interface TaskMessage extends TargetMessage {
  name?: string;
  scheduleTime?: Timestamp;
  dispatchDeadline?: Duration;
}

interface TaskContent {
  due: Micros;
  target: Target;
  body: Uint8Array | undefined;
  deadline: number;
}

/** The furthest that a task may be scheduled ahead (quotas of Cloud Tasks). */
const HORIZON_MICROS = 30 * DAY_MICROS;
/** In milliseconds, of both kinds of targets (task.proto, `dispatch_deadline`). */
const DEFAULT_DEADLINE_MS = 600_000;
/** In seconds. */
const DEADLINES_SECONDS = { 'app-engine': [15, 86_415], http: [15, 1_800] } as const;
/** cloudtasks.proto says 100 KB, the quota page 1 MB: the stand-in is the stricter, so that nothing fails only in production. */
const MAX_BYTES = 100 * 1024;

/**
 * Reads what a caller wants to be sent and when.
 * @throws CloudError INVALID_ARGUMENT for a breach of task.proto or target.proto
 */
export function readTask(message: TaskMessage, now: Micros): TaskContent {
  const { target, body } = readTarget(message);
  const bytes = JSON.stringify(target).length + (body?.length ?? 0);
  if (bytes > MAX_BYTES)
    throw new CloudError('INVALID_ARGUMENT', `Task size too large: ${bytes} > ${MAX_BYTES} bytes.`);
  return { target, body, due: readDue(message.scheduleTime, now), deadline: readDeadline(message, target.kind) };
}

function readDue(scheduleTime: Timestamp | undefined, now: Micros): Micros {
  const due = scheduleTime ? Math.max(fromTimestamp(scheduleTime), now) : now;
  if (due <= now + HORIZON_MICROS) return due;
  const hours = HORIZON_MICROS / HOUR_MICROS;
  throw new CloudError('INVALID_ARGUMENT', `The Task.scheduleTime is too far ahead: at most ${hours}h from now.`);
}

/** In milliseconds. */
function readDeadline({ dispatchDeadline }: TaskMessage, kind: Target['kind']): number {
  const seconds = fromDuration(dispatchDeadline ?? {});
  // A zero is what protobuf sends for nothing: the default (task.proto says so of App Engine tasks).
  if (seconds === 0) return DEFAULT_DEADLINE_MS;
  const [least, most] = DEADLINES_SECONDS[kind];
  if (seconds >= least && seconds <= most) return Math.floor(seconds * 1_000);
  throw new CloudError('INVALID_ARGUMENT', `The Task.dispatchDeadline must be between [${least}s, ${most}s].`);
}
