import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the checkout, as the real photos are. */
const FOLDER = join(import.meta.dirname, '../../../shared/reports');

/** Whether the small files that once failed are at hand. */
export const hasReportedFiles = existsSync(join(FOLDER, 'cases.json'));

/** What a test adds to its name where it has nothing to look at. */
export const whyNoReportedFiles = hasReportedFiles
  ? ''
  : ' (skipped: the reported files do not lie beside this checkout)';

export const reportedFile = (name: string): Buffer => readFileSync(join(FOLDER, name));
