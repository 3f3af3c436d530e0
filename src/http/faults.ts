import type { z } from 'zod';
import { AppError, type FieldError } from '../runtime/errors.ts';

/** What is wrong with an input. */
export interface Faults {
  /** The first of them. */
  told: readonly FieldError[];
  /** All of them. */
  count: number;
}

/** How many faults one problem lists, so that an answer stays small whatever the request holds. */
const MOST_FAULTS = 20;

/** Characters of a field's name that a pointer repeats: longer than any that is known here. */
const LONGEST_NAME = 64;

/** Names on the way to a value that a pointer repeats. */
const DEEPEST_POINTER = 8;

/** The faults that zod found, one for each value or unknown field. Returns at most `most` of them. */
export function faultsOf(error: Pick<z.ZodError, 'issues'>, input: unknown, most = MOST_FAULTS): Faults {
  const told: FieldError[] = [];
  let count = 0;
  for (const issue of issuesIn(error)) {
    const room = most - told.length;
    if (issue.code === 'unrecognized_keys') {
      told.push(...issue.keys.slice(0, room).map((key) => unknownField([...issue.path, key])));
      count += issue.keys.length;
    } else {
      if (room > 0) told.push(faultOf(issue, input));
      count += 1;
    }
  }
  return { told, count };
}

function* issuesIn({ issues }: Pick<z.ZodError, 'issues'>): Generator<z.core.$ZodIssue> {
  for (const issue of issues) yield* withinUnion(issue);
}

/** The faults of two inputs of one request. */
export function joinFaults(some: Faults, others: Faults): Faults {
  return { told: [...some.told, ...others.told].slice(0, MOST_FAULTS), count: some.count + others.count };
}

/** The refusal that carries them. */
export function invalidRequest(faults: Faults, detail = summaryOf(faults)): AppError {
  const untold = faults.count - faults.told.length;
  return new AppError('invalid-request', detail, {
    errors: [...faults.told],
    extra: untold > 0 ? { moreErrors: untold } : undefined,
  });
}

/** One sentence for all faults. */
export function summaryOf({ told, count }: Faults): string {
  const [first] = told;
  const where = first?.pointer ? `${first.pointer}: ` : '';
  return `${where}${sentence(first?.message ?? '')}${others(told.length, count)}`;
}

function others(told: number, count: number): string {
  if (count <= 1) return '';
  if (told < count) return ` ${count - 1} more faults were found; \`errors\` has the first ${told}.`;
  return count === 2 ? ' 1 more fault is in `errors`.' : ` ${count - 1} more faults are in \`errors\`.`;
}

export const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** RFC 6901. Names and depth are cut: a pointer repeats what the client has sent. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const names = path.slice(0, DEEPEST_POINTER).map((key) => {
    const name = String(key);
    const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
    return `/${shown.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
  });
  return names.join('') + (path.length > DEEPEST_POINTER ? '/…' : '');
}

function faultOf(issue: z.core.$ZodIssue, input: unknown): FieldError {
  const missing = valueAt(input, issue.path) === undefined;
  const code = missing ? 'required' : issue.code.replaceAll('_', '-');
  return { pointer: pointerTo(issue.path), code, message: missing ? 'This is required.' : issue.message };
}

/** Of what may have several forms, the faults by the form that it comes nearest to. */
function withinUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const nearest = issue.errors.reduce((best, other) => (other.length < best.length ? other : best));
  // A value that is of none of their types is nearer to no form than to another.
  if (nearest.some(({ code, path }) => code === 'invalid_type' && path.length === 0)) return [issue];
  return nearest.map((inner) => Object.assign({}, inner, { path: [...issue.path, ...inner.path] }));
}

function unknownField(path: PropertyKey[]): FieldError {
  return { pointer: pointerTo(path), code: 'unknown-field', message: 'There is no such field here.' };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input);
}
