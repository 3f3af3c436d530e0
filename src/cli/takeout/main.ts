import { UsageError } from '../usage-error.ts';
import { explainTakeoutFault } from './explain.ts';
import { readTakeoutCommand, USAGE } from './options.ts';
import { showProgress } from './progress.ts';
import { hasFailures, reportOf } from './report.ts';
import { takeOut } from './takeout.ts';

/** Saves the library of an account of any server into a folder. Returns the exit code. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const typed = readTakeoutCommand(args, env);
  if (typed.does === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = showProgress(process.stdout);
  try {
    const done = await takeOut(typed, progress);
    progress.end();
    process.stdout.write(reportOf(done, typed.folder));
    return hasFailures(done) ? 1 : 0;
  } finally {
    progress.end();
  }
}

try {
  // Connections that are kept alive would keep the process alive.
  process.exit(await run(process.argv.slice(2), process.env));
} catch (error) {
  console.error(
    error instanceof UsageError ? `${error.message} \`npm run takeout\` tells more.` : explainTakeoutFault(error),
  );
  process.exit(1);
}
