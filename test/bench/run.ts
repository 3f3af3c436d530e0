import { measureColdStart } from './cold-start.ts';
import { measureCommits } from './commits.ts';
import { describeFigure, type Figure } from './figure.ts';
import { measureFreshPage } from './fresh-page.ts';
import { measureIngest } from './ingest.ts';
import { measureLibrarySize } from './library-size.ts';
import { measureLookups } from './lookups.ts';
import { measureReceivingMemory } from './receiving-memory.ts';
import { measureTasks } from './tasks.ts';
import { measureUnchangedPage } from './unchanged-page.ts';

interface Options {
  /** Whether to take the time for a library of 1,000,000 photos. */
  million: boolean;
}

/** Every figure by its name: what measures it starts what it needs and hands the stopping to the scope. */
const FIGURES: Record<string, (scope: AsyncDisposableStack, options: Options) => Promise<Figure>> = {
  ingest: measureIngest,
  'library-size': measureLibrarySize,
  'fresh-page': measureFreshPage,
  'unchanged-page': measureUnchangedPage,
  'receiving-memory': measureReceivingMemory,
  'cold-start': measureColdStart,
  commits: measureCommits,
  lookups: measureLookups,
  tasks: measureTasks,
};

/** `npm run bench -- [name …] [--million]`: the named figures, or all, one after the other. */
async function bench(args: string[]): Promise<void> {
  const names = args.filter((arg) => arg !== '--million');
  const unknown = names.filter((name) => !(name in FIGURES));
  if (unknown.length > 0) {
    throw new Error(`No figure is called ${unknown.join(', ')}. There are ${Object.keys(FIGURES).join(', ')}.`);
  }
  for (const [name, measure] of Object.entries(FIGURES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    await using scope = new AsyncDisposableStack();
    console.log(describeFigure(name, await measure(scope, { million: args.includes('--million') })));
  }
}

await bench(process.argv.slice(2));
