import { Datastore, type Key } from '@google-cloud/datastore';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reasonOf } from '../cloud-error.ts';
import { startLocalCloud, type LocalCloud } from '../index.ts';

const USAGE = `npm run consistency-demo -- [--consistency SHARE]

Starts a local Datastore of its own, writes an entity without and one with an ancestor, and prints which queries see them.
SHARE is the share of fresh writes that queries without an ancestor see at once, from 0 (the default) to 1.
`;

const OPTIONS = { help: { type: 'boolean', short: 'h' }, consistency: { type: 'string', default: '0' } } as const;
const PROJECT = 'consistency-demo';
const TEN_SECONDS = 10_000;

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true });
  const named = Object.keys(values).filter((name) => !Object.hasOwn(OPTIONS, name));
  const [unknown] = [...named.map((name) => `--${name}`), ...positionals];
  if (unknown !== undefined)
    throw new Error(`There is no ${unknown}. npm run consistency-demo -- --help shows what there is.`);
  if (values.help) return void process.stdout.write(USAGE);
  process.stdout.write(await demonstrate(shareIn(values.consistency)));
}

function shareIn(text: string | boolean): number {
  const number = /^(\d+\.?\d*|\.\d+)$/.test(String(text)) ? Number(text) : NaN;
  if (number >= 0 && number <= 1) return number;
  throw new Error('--consistency takes a number from 0 to 1, such as --consistency 0.');
}

/** What the queries saw, as text. */
async function demonstrate(consistency: number): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consistency-demo-'));
  try {
    const cloud = await startLocalCloud({
      dataDir,
      projectId: PROJECT,
      location: 'local',
      bucket: 'unused',
      files: { indexes: '', queues: '', cron: '' },
      consistency,
      // A clock that is moved: the demo does not wait for the ten seconds.
      standingClock: Date.now(),
    });
    try {
      return await greet(cloud, consistency);
    } finally {
      await cloud.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

async function greet(cloud: LocalCloud, consistency: number): Promise<string> {
  // What Google's client reads by itself. It would otherwise look for a machine of Google's around it.
  Object.assign(process.env, { DATASTORE_EMULATOR_HOST: cloud.endpoints.datastore, METADATA_SERVER_DETECTION: 'none' });
  const datastore = new Datastore({ projectId: PROJECT });
  const save = (path: string[], text: string) => datastore.save({ key: datastore.key(path), data: { text } });
  const seen = async (saved: number, ancestor?: Key) => {
    const all = datastore.createQuery('Greeting');
    const [greetings] = await datastore.runQuery(ancestor ? all.hasAncestor(ancestor) : all);
    return `${greetings.length} of ${saved}`;
  };

  await save(['Greeting', 'alone'], 'Hello.');
  const alone = { atOnce: await seen(1), later: await cloud.advance(TEN_SECONDS).then(() => seen(1)) };
  await save(['Guestbook', 'ana', 'Greeting', 'below'], 'Hello, Ana.');
  const below = { without: await seen(2), with: await seen(1, datastore.key(['Guestbook', 'ana'])) };

  return `Datastore with --consistency ${consistency}.

A greeting without an ancestor is saved.
  query of all greetings, at once:            ${alone.atOnce}
  query of all greetings, ten seconds later:  ${alone.later}

A greeting below the ancestor Guestbook:ana is saved.
  query of all greetings, at once:            ${below.without}
  query with the ancestor, at once:           ${below.with}

A query with an ancestor and a lookup by key see what was just written. Other queries may not.
So the photos of a user have that user as their ancestor.
`;
}
