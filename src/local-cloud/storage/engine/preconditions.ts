import { StorageError } from '../storage-error.ts';

/** What must be true of a live object or bucket for a call to go ahead. Generation 0 means "there is none". */
export interface Preconditions {
  generationMatch?: number;
  generationNotMatch?: number;
  metagenerationMatch?: number;
  metagenerationNotMatch?: number;
}

/**
 * Compares the generations of an object or bucket with those that the caller wants.
 * @throws StorageError conditionNotMet when a match fails, notModified when a not-match fails
 */
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
