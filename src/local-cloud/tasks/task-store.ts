import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';
import type { Micros } from './instants.ts';
import type { Attempt, NewTask, Target, Task } from './task.ts';

const FREE = 'in_flight = 0';
const WAITING = `queue = :queue AND ${FREE} AND via_app <= :viaApp`;

const SQL = {
  insert: `INSERT INTO tasks (queue, id, due, created, via_app, target, body, deadline)
           VALUES (:queue, :id, :due, :created, :viaApp, :target, :body, :deadline)`,
  find: 'SELECT * FROM tasks WHERE queue = ? AND id = ?',
  page: 'SELECT * FROM tasks WHERE queue = ? AND id > ? ORDER BY id LIMIT ?',
  oldest: `SELECT * FROM tasks WHERE ${WAITING} AND due <= :now ORDER BY due, sequence LIMIT 1`,
  newest: `SELECT * FROM tasks WHERE ${WAITING} AND due <= :now ORDER BY due DESC, sequence DESC LIMIT 1`,
  nextDue: `SELECT due FROM tasks WHERE ${WAITING} ORDER BY due, sequence LIMIT 1`,
  waiting: `SELECT * FROM tasks WHERE queue = :queue AND ${FREE} AND (due, sequence) > (:due, :sequence)
            ORDER BY due, sequence LIMIT :limit`,
  createdUntil: 'SELECT * FROM tasks WHERE created <= ? ORDER BY created LIMIT ?',
  count: 'SELECT count(*) AS tasks FROM tasks WHERE queue = ?',
  begin: `UPDATE tasks SET in_flight = in_flight + 1, dispatches = dispatches + 1,
            first_dispatch = ifnull(first_dispatch, :now), last_attempt = :attempt WHERE sequence = :sequence`,
  retry: `UPDATE tasks SET in_flight = in_flight - 1, responses = responses + :answered,
            executions = executions + :executed, due = :due,
            last_attempt = :attempt WHERE sequence = :sequence`,
  delete: 'DELETE FROM tasks WHERE sequence = ?',
} as const;

/** The place of a task in the order in which tasks are due. */
export type WaitingPosition = Pick<Task, 'due' | 'sequence'>;

type Row = Record<string, SQLOutputValue>;

/** The tasks on disk, in the order of their due times. Writes are durable when the group commit says so. */
export class TaskStore {
  readonly #commit: GroupCommit;
  readonly #sql: Record<keyof typeof SQL, StatementSync>;

  constructor(db: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    const prepared = Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)] as const);
    this.#sql = Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>;
  }

  insert({ target, body, ...task }: NewTask): Task {
    const viaApp = target.kind === 'app-engine' ? 1 : 0;
    const row = { ...task, viaApp, target: JSON.stringify(target), body: body ?? null };
    const { lastInsertRowid } = this.#commit.run(() => this.#sql.insert.run(row));
    const untried = { dispatches: 0, responses: 0, executions: 0, firstDispatch: undefined, lastAttempt: undefined };
    return { ...task, target, body, ...untried, sequence: Number(lastInsertRowid) };
  }

  find(queue: string, id: string): Task | undefined {
    return taskOf(this.#sql.find.get(queue, id));
  }

  /** At most `limit` tasks whose ids sort after `after`, by id. */
  page(queue: string, after: string, limit: number): Task[] {
    return this.#sql.page.all(queue, after, limit).map(asTask);
  }

  /** At most `limit` tasks that wait, in the order in which they are due, behind `after`. */
  waiting(queue: string, after: WaitingPosition = { due: 0, sequence: 0 }, limit: number): Task[] {
    const { due, sequence } = after;
    return this.#sql.waiting.all({ queue, due, sequence, limit }).map(asTask);
  }

  /** The first task that waits and is due, or the last one; `viaApp` false leaves out those for the application. */
  nextDue(queue: string, now: Micros, viaApp: boolean, order: 'oldest' | 'newest'): Task | undefined {
    return taskOf(this.#sql[order].get({ queue, now, viaApp: Number(viaApp) }));
  }

  /** When the first waiting task is or was due. */
  firstDue(queue: string, viaApp: boolean): Micros | undefined {
    return this.#sql.nextDue.get({ queue, viaApp: Number(viaApp) })?.['due'] as Micros | undefined;
  }

  /** At most `limit` tasks that are that old or older. */
  createdUntil(time: Micros, limit: number): Task[] {
    return this.#sql.createdUntil.all(time, limit).map(asTask);
  }

  count(queue: string): number {
    return Number(this.#sql.count.get(queue)?.['tasks']);
  }

  /** Notes that an attempt has begun. */
  begin(task: Task, attempt: Attempt): void {
    const note = { now: attempt.dispatched, attempt: JSON.stringify(attempt), sequence: task.sequence };
    this.#commit.run(() => this.#sql.begin.run(note));
  }

  /** Notes that an attempt failed and when the next one is due. */
  retry(task: Task, attempt: Attempt, due: Micros): void {
    const { httpStatus } = attempt.outcome ?? {};
    const [answered, executed] = [Number(httpStatus !== undefined), Number(isExecution(task.target, httpStatus))];
    const note = { answered, executed, due, attempt: JSON.stringify(attempt), sequence: task.sequence };
    this.#commit.run(() => this.#sql.retry.run(note));
  }

  /** False when it was gone already. */
  delete(task: Task): boolean {
    return this.#commit.run(() => this.#sql.delete.run(task.sequence)).changes > 0;
  }
}

/**
 * Whether TaskExecutionCount counts an answer: of an HTTP target not one of 5xx ("Using HTTP Target tasks with custom
 * headers" and a capture of production, conformance/golden/dispatch.json of aertje/cloud-tasks-emulator).
 */
function isExecution({ kind }: Target, httpStatus: number | undefined): boolean {
  return httpStatus !== undefined && (kind === 'app-engine' || httpStatus < 500);
}

const taskOf = (row: Row | undefined) => (row ? asTask(row) : undefined);

function asTask(row: Row): Task {
  return {
    sequence: row['sequence'] as number,
    queue: row['queue'] as string,
    id: row['id'] as string,
    due: row['due'] as Micros,
    created: row['created'] as Micros,
    target: JSON.parse(row['target'] as string) as Target,
    body: (row['body'] as Uint8Array | null) ?? undefined,
    deadline: row['deadline'] as number,
    dispatches: row['dispatches'] as number,
    responses: row['responses'] as number,
    executions: row['executions'] as number,
    firstDispatch: (row['first_dispatch'] as Micros | null) ?? undefined,
    lastAttempt: row['last_attempt'] ? (JSON.parse(row['last_attempt'] as string) as Attempt) : undefined,
  };
}
