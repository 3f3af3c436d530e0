import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than ten seconds, longest first. Others take less than five. */
const LONGEST = [
  'process/outbox/outbox-steps.test.ts',
  'process/kill/kill.test.ts',
  'web/browser.test.ts',
  'process/tasks-cli.test.ts',
  'process/decoder.test.ts',
  'security/matrix.test.ts',
  'local-cloud/storage/retries.test.ts',
  'process/start-stop.test.ts',
  'course/course.test.ts',
  'photos/told-is-shown.test.ts',
];

/**
 * Starts the longest files first, so that no worker runs a long file alone at the end.
 * Vitest does so by itself only where it has recorded an earlier run, and a fresh checkout has none.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = LONGEST.indexOf(relative(project.config.root, moduleId));
  return rank < 0 ? LONGEST.length : rank;
}
