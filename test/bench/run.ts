import { measureColdStart } from './cold-start.ts';
import { measureDatastoreSize } from './datastore-size.ts';
import { describeFigure, type Figure } from './figure.ts';
import { measureFreshPage } from './fresh-page.ts';
import { measureHealthUnderLoad } from './health-under-load.ts';
import { measureHostile } from './hostile.ts';
import { measureIngest } from './ingest.ts';
import { measureLibrarySize } from './library-size.ts';
import { measureManyUsers } from './many-users.ts';
import { measureOverload } from './overload.ts';
import { measurePageAndUploads } from './page-and-uploads.ts';
import { measurePageSize } from './page-size.ts';
import { measureReceivingMemory } from './receiving-memory.ts';
import { measureSearch } from './search.ts';
import { measureStorageThroughput } from './storage-throughput.ts';
import { measureThumbnails } from './thumbnails.ts';
import { measureOutboxCost } from './outbox-cost.ts';
import { measureTaskLatency } from './task-latency.ts';
import { measureTasks } from './tasks.ts';
import { measureUnchangedPage } from './unchanged-page.ts';
import { measureUploadPath } from './upload-path.ts';
import { measureUploads } from './uploads.ts';

interface Options {
  /** Whether to take the time for a library of 1,000,000 photos and a Datastore of as many entities. */
  million: boolean;
}

/** Figures by name, or groups of them: what measures them starts what it needs and hands the stopping to the scope. */
const FIGURES: Record<string, (scope: AsyncDisposableStack, options: Options) => Promise<Figure | Figure[]>> = {
  ingest: measureIngest,
  uploads: measureUploads,
  'library-size': measureLibrarySize,
  'fresh-page': measureFreshPage,
  search: measureSearch,
  'page-size': measurePageSize,
  'unchanged-page': measureUnchangedPage,
  thumbnails: measureThumbnails,
  'many-users': measureManyUsers,
  'page-and-uploads': measurePageAndUploads,
  overload: measureOverload,
  'receiving-memory': measureReceivingMemory,
  'cold-start': measureColdStart,
  datastore: measureDatastoreSize,
  storage: measureStorageThroughput,
  tasks: measureTasks,
  'task-latency': measureTaskLatency,
  'outbox-cost': measureOutboxCost,
  'health-under-load': measureHealthUnderLoad,
  hostile: measureHostile,
  'upload-path': measureUploadPath,
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
    const figures = [await measure(scope, { million: args.includes('--million') })].flat();
    for (const figure of figures) console.log(describeFigure(figure.name ?? name, figure));
  }
}

await bench(process.argv.slice(2));
