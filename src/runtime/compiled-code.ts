import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Folder of the compiled code that a build brings along, below the folder of its program. */
export const COMPILED_CODE = 'compiled-code';

/**
 * Keeps compiled code between starts: in the folder that the build has filled, else in the temporary folder, which is
 * empty in a new instance of App Engine.
 */
export function keepCompiledCode(): void {
  const directory = join(import.meta.dirname, '..', COMPILED_CODE);
  if (!existsSync(directory)) {
    enableCompileCache();
    return;
  }
  shareBetweenUsers(directory, process.getuid?.());
  // Portable: the build's folder is moved into the image that runs it.
  enableCompileCache({ directory, portable: true });
}

/**
 * Lets a user read the compiled code of another. Node ends the name of each folder with the id of the user that made it,
 * and the user that runs the program may be another than the user that built it.
 */
export function shareBetweenUsers(directory: string, ...users: (number | undefined)[]): void {
  const made = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of made) {
    for (const user of users) {
      const own = join(directory, name.replace(/-\d+$/, `-${user}`));
      if (user !== undefined && !existsSync(own)) link(name, own);
    }
  }
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch {
    // A folder that cannot be written: the program starts without compiled code.
  }
}
