import { readFile } from 'node:fs/promises';
import { reasonOf } from '../cloud-error.ts';

/** The text of the file that is given; without one that of `usual` in the current folder, or nothing if it has none. */
export async function readYamlFile(given: string | undefined, usual: string): Promise<string> {
  try {
    return await readFile(given ?? usual, 'utf8');
  } catch (cause) {
    if (given === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`${given ?? usual} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}
