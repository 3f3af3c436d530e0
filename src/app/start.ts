import { keepCompiledCode } from '../runtime/compiled-code.ts';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';

// Bytes of uploads and pixels lie outside the heap but count towards its limit. The program frees them itself, so V8
// may collect seldom. By default the heap grows to four times its live size; 1.5 times is enough.
setFlagsFromString('--heap-growing-percent=50');

// Applies to threads that start later. The local cloud allocates less than the app, which has 16 MB (package.json).
setFlagsFromString('--max-semi-space-size=8');

// V8 sometimes ends the process when several threads optimize calls out of WebAssembly (nodejs/node#64500): the HEIC
// decoder's threads did. Without these optimizations a HEIC takes 0 to 3 % more CPU time.
setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');

// It stands before the first import, so that it covers all of them.
keepCompiledCode();

const USAGE = `npm start -- [--consistency SHARE]

  --consistency SHARE   of fresh writes, how many the local Datastore shows at once to queries without an ancestor:
                        0 (none: each is shown after ten seconds) to 1 (all, the default)

All else is configured by environment variables: see docs/configuration.md.
`;

try {
  const { help, consistency } = readOptions(process.argv.slice(2));
  if (help) process.stdout.write(USAGE);
  else await (await import('./run.ts')).run(process.env, consistency);
} catch (error) {
  // The reason is a bad variable, or a port or folder in use: the message says it, a stack would hide it.
  console.error(`Photo Timeline cannot start. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/** @throws Error that says what to type instead */
function readOptions(args: string[]): { help: boolean; consistency: number | undefined } {
  const options = { help: { type: 'boolean', short: 'h' }, consistency: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true });
  const named = Object.keys(values).filter((name) => !Object.hasOwn(options, name));
  const [unknown] = [...named.map((name) => `--${name}`), ...positionals];
  if (unknown !== undefined) throw new Error(`There is no ${unknown}. npm start -- --help shows what there is.`);
  const { help = false, consistency } = values;
  return { help: Boolean(help), consistency: consistency === undefined ? undefined : readShare(consistency) };
}

function readShare(text: string | boolean): number {
  const share = /^(\d+\.?\d*|\.\d+)$/.test(String(text)) ? Number(text) : NaN;
  if (share >= 0 && share <= 1) return share;
  throw new Error('--consistency takes a number from 0 to 1, such as --consistency 0.');
}
