import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Files below some folders of the repository whose names end in `ending`, by their paths from its top. */
export function filesBelow(folders: readonly string[], ending: string): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(ending)),
  );
}

/** All documents of the repository. */
export const documents = () => ['README.md', ...filesBelow(['docs', 'src', 'test'], '.md')];

/** Files at the top that are no documents and hold comments. */
export const TOP_FILES = ['app.yaml', 'cron.yaml', 'queue.yaml', 'index.yaml', '.ci/run', 'NOTICE'];

export const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
