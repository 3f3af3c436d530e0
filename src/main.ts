import { enableCompileCache } from 'node:module';

// Compiled code of the packages is kept between starts; before the first import, so that all of them profit.
enableCompileCache();

const { run } = await import('./run.ts');

try {
  await run(process.env);
} catch (error) {
  // What keeps the program from starting is told in words: a bad variable, a port or a folder in use.
  console.error(`Photo Timeline cannot start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
