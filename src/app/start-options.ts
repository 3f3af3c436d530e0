import { parseArgs } from 'node:util';

/** What the command line of the program says. Everything else is configured by the environment. */
export interface StartOptions {
  help: boolean;
  /** Share of fresh writes that the local Datastore shows at once to queries without an ancestor, 0 to 1. */
  consistency: number | undefined;
}

export const START_USAGE = `npm start -- [--consistency SHARE]

  --consistency SHARE   of fresh writes, how many the local Datastore shows at once to queries without an ancestor:
                        0 (none: each is shown after ten seconds) to 1 (all, the default)

All else is configured by environment variables: see the README.
`;

const OPTIONS = { help: { type: 'boolean', short: 'h' }, consistency: { type: 'string' } } as const;

/** @throws Error that says what to type instead */
export function readStartOptions(args: string[]): StartOptions {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true });
  const named = Object.keys(values).filter((name) => !Object.hasOwn(OPTIONS, name));
  const [unknown] = [...named.map((name) => `--${name}`), ...positionals];
  if (unknown !== undefined) throw new Error(`There is no ${unknown}. npm start -- --help shows what there is.`);
  const { help = false, consistency } = values;
  return { help: Boolean(help), consistency: consistency === undefined ? undefined : share(consistency) };
}

function share(text: string | boolean): number {
  const number = /^(\d+\.?\d*|\.\d+)$/.test(String(text)) ? Number(text) : NaN;
  if (number >= 0 && number <= 1) return number;
  throw new Error('--consistency takes a number from 0 to 1, such as --consistency 0.');
}
