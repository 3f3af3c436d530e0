import { StorageError } from '../storage-error.ts';

/** What must be true of a live object or bucket for a call to go ahead. Generation 0 stands for "there is none". */
export interface Preconditions {
  generationMatch?: number;
  generationNotMatch?: number;
  metagenerationMatch?: number;
  metagenerationNotMatch?: number;
}

/** Throws `conditionNotMet` where a match fails, `notModified` where a not-match does. */
export function checkPreconditions(
  current: { generation?: number; metageneration: number } | undefined,
  wanted: Preconditions,
): void {
  const generation = current?.generation ?? 0;
  const metageneration = current?.metageneration ?? 0;
  if (differs(wanted.generationMatch, generation) || differs(wanted.metagenerationMatch, metageneration)) {
    throw new StorageError('conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
  }
  if (wanted.generationNotMatch === generation || wanted.metagenerationNotMatch === metageneration) {
    throw new StorageError('notModified', 'Not Modified');
  }
}

const differs = (wanted: number | undefined, actual: number) => wanted !== undefined && wanted !== actual;
