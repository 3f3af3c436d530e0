import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Bytes of uploads and pixels lie outside the heap but count towards its limit. They are given back by hand, so V8 may
// collect seldom. Left to itself it lets the heap grow to four times what it holds, most of it garbage; half more is enough.
setFlagsFromString('--heap-growing-percent=50');

// Holds for threads that are started later. The local cloud makes fewer new objects than the app: half the room is enough.
setFlagsFromString('--max-semi-space-size=8');

// V8 sometimes ends the process when several threads optimize calls out of WebAssembly (nodejs/node#64500): the HEIC
// decoder's threads did. Without these optimizations a HEIC takes 0 to 3 % more CPU time.
setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');

// Compiled code of the packages is kept between starts; before the first import, so that all of them profit.
enableCompileCache();

const [{ run }, { readStartOptions, START_USAGE }] = await Promise.all([
  import('./run.ts'),
  import('./start-options.ts'),
]);

try {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(START_USAGE);
  else await run(process.env, options);
} catch (error) {
  // What keeps the program from starting is told in words: a bad variable, a port or a folder in use.
  console.error(`Photo Timeline cannot start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
