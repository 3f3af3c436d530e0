import { CONDITIONAL, IDEMPOTENT, NAMED_ONLY, READS, RESUMABLE, type Subject } from './operations.ts';
import type { Instruction } from './faulty-proxy.ts';

/** How a case gives its preconditions: carried by the bucket and the file, named by the call, or not at all. */
export type Conditions = 'carried' | 'named' | 'none';

/** One case: an operation whose requests of one API method are spoiled. */
export interface RetryCase {
  title: string;
  method: string;
  instructions: readonly Instruction[];
  conditions: Conditions;
  succeeds: boolean;
  run: (on: Subject) => Promise<unknown>;
}

type Operations = Record<string, Record<string, RetryCase['run']>>;

const RESET = 'return-reset-connection';
const TWICE = [
  ['return-503', 'return-503'],
  [RESET, RESET],
  [RESET, 'return-503'],
];
const ONCE = [['return-503'], [RESET]];
const REFUSED = [['return-400'], ['return-401']];
const MIXED = [
  ['return-503', 'return-400'],
  [RESET, 'return-401'],
];
/** A read of bytes that meets a 503 makes the client's HTTP library (teeny-request) reject a promise unhandled. */
const without503 = (faults: Instruction[][]) => faults.filter((list) => !list.includes('return-503'));
const IN_CHUNKS = [[RESET, 'return-503'], ['return-408'], ['return-503-after-256K'], ['return-503-after-8192K']];

/**
 * The scenarios of Google's "retry conformance tests" (googleapis/conformance-tests, storage/v1/retry_tests.json, and the
 * list of operations of the Node client), as far as the local cloud has the API methods. Left out: IAM, ACLs, HMAC keys,
 * notifications, the service account, customers' keys, requester pays and logging, which it refuses by name. Where no
 * preconditions are given, Google's two variants of an operation are the same, and run once.
 */
export const SCENARIOS: Record<string, RetryCase[]> = {
  'operations that may always be repeated survive two faults': [
    ...cases(IDEMPOTENT, ['none'], TWICE, true),
    ...cases(READS, ['none'], without503(TWICE), true),
  ],
  'operations with preconditions survive two faults': [
    ...cases(CONDITIONAL, ['carried', 'named'], TWICE, true),
    ...cases(NAMED_ONLY, ['named'], TWICE, true),
  ],
  'operations without preconditions are not repeated': [
    ...cases(CONDITIONAL, ['none'], ONCE, false),
    ...cases(NAMED_ONLY, ['none'], ONCE, false),
  ],
  'refusals are not repeated': [
    ...cases(IDEMPOTENT, ['none'], REFUSED, false),
    ...cases(READS, ['none'], REFUSED, false),
    ...cases(CONDITIONAL, ['none'], REFUSED, false),
    ...cases(NAMED_ONLY, ['none'], REFUSED, false),
  ],
  'a refusal after a fault ends the operation': [
    ...cases(IDEMPOTENT, ['none'], MIXED, false),
    ...cases(READS, ['none'], without503(MIXED), false),
    ...cases(CONDITIONAL, ['carried', 'named'], MIXED, false),
    ...cases(NAMED_ONLY, ['named'], MIXED, false),
  ],
  'uploads in chunks go on where a fault has left them': cases(RESUMABLE, ['carried', 'named'], IN_CHUNKS, true),
};

function cases(operations: Operations, kinds: Conditions[], faults: Instruction[][], succeeds: boolean): RetryCase[] {
  return Object.entries(operations).flatMap(([method, runs]) =>
    Object.entries(runs).flatMap(([name, run]) =>
      kinds.flatMap((conditions) =>
        faults.map((instructions) => {
          const title = `${name} (${method}, preconditions: ${conditions}), ${instructions.join(', ')}`;
          return { title, method, instructions, conditions, succeeds, run };
        }),
      ),
    ),
  );
}
