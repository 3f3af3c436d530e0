import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reasonOf } from '../cloud-error.ts';
import { obeyCommands, type OwnerPort } from '../command-port.ts';
import type { LocalCloudOptions, LocalEndpoints } from '../options.ts';
import { startServices, type Services } from '../services.ts';
import { describeOptions, readCliOptions, type CliOptions } from './cli-options.ts';

const args = process.argv.slice(2);
const parent = parentPort();

try {
  if (args.includes('--help')) console.log(describeOptions());
  else await run(readCliOptions(args));
} catch (error) {
  console.error(`The local cloud cannot start. ${reasonOf(error)}`);
  process.exit(1);
}

/** The usual port, as of `npm start`. */
const CONSOLE_PORT = 8000;

/** The local cloud as a program of its own: on stdout only what a shell can run, everything else on stderr. */
async function run(cli: CliOptions): Promise<void> {
  if (cli.clock !== undefined && !parent) throw new Error('--clock needs a parent process that moves it.');
  const options = await cloudOptions(cli);
  const services = await startServices(options);
  const { endpoints } = services;
  console.log(environmentLines({ ...options, endpoints, bucket: cli.bucket[0] ?? '' }).join('\n'));
  if (endpoints.console) console.error(`Console  ${endpoints.console}`);
  console.error(`The local cloud is up, its data in ${resolve(options.dataDir)}. SIGINT (Ctrl-C) or SIGTERM stop it.`);
  stopWhenAsked(services);
  if (parent) obeyCommands(services, parent);
}

async function cloudOptions(cli: CliOptions): Promise<LocalCloudOptions> {
  // The secret of a cloud that ran before keeps its lines good for the programs that were started with them.
  const { LOCAL_CLOUD_SECRET: secret, CONSOLE_PORT: consolePort } = process.env;
  return {
    dataDir: cli['data-dir'],
    projectId: cli.project,
    location: cli.location,
    bucket: cli.bucket,
    allowHosts: cli['allow-host'],
    ports: { datastore: cli.datastore, storage: cli.storage, tasks: cli.tasks, identity: cli.identity },
    console: consoleOptions(cli.console, consolePort),
    files: {
      indexes: await readYamlFile(cli.indexes, 'index.yaml'),
      queues: await readYamlFile(cli.queues, 'queue.yaml'),
      cron: await readYamlFile(cli.cron, 'cron.yaml'),
    },
    consistency: cli.consistency,
    concurrency: cli.concurrency,
    groupRate: cli['group-rate'],
    standingClock: cli.clock,
    app: cli.app,
    secret: secret || undefined,
  };
}

/** The option comes before the variable. */
function consoleOptions(option: number | undefined, variable: string | undefined) {
  const port = option ?? (variable ? Number(variable) : undefined);
  if (port !== undefined && !(port <= 65_535)) throw new Error('CONSOLE_PORT must be a number from 0 to 65535.');
  return { port: port ?? CONSOLE_PORT, orFreePort: port === undefined };
}

/** Stops on signals, and when the parent that forked this process ends. */
function stopWhenAsked({ commands }: Services): void {
  let stopping = false;
  const stop = async () => {
    // Ctrl-C reaches a program below npm twice, from the terminal and from npm.
    if (stopping) return;
    stopping = true;
    try {
      await commands.stop();
      process.exit(0);
    } catch (error) {
      console.error(`The local cloud did not stop cleanly. ${reasonOf(error)}`);
      process.exit(1);
    }
  };
  for (const sign of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(sign, () => void stop());
}

function parentPort(): OwnerPort | undefined {
  if (!process.send) return undefined;
  return {
    // A parent that has ended waits for no answer.
    send: (answer) => void (process.connected && process.send?.(answer)),
    onCommand: (obey) => void process.on('message', obey),
    close: () => process.disconnect(),
  };
}

/** The text of the file that is given; without one that of `usual` in the current folder, or nothing if it has none. */
async function readYamlFile(given: string | undefined, usual: string): Promise<string> {
  try {
    return await readFile(given ?? usual, 'utf8');
  } catch (cause) {
    if (given === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`${given ?? usual} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

interface Surroundings {
  endpoints: LocalEndpoints;
  projectId: string;
  location: string;
  bucket: string;
}

/** The environment of a program that is to use this cloud, as lines that a shell runs. */
function environmentLines({ endpoints, projectId, location, bucket }: Surroundings): string[] {
  const environment = {
    // Google's clients read these by themselves, all but the third, which the Tasks client has to be told.
    DATASTORE_EMULATOR_HOST: endpoints.datastore,
    STORAGE_EMULATOR_HOST: endpoints.storage,
    CLOUD_TASKS_EMULATOR_HOST: endpoints.tasks,
    DATASTORE_PROJECT_ID: projectId,
    GOOGLE_CLOUD_PROJECT: projectId,
    // What Storage's client signs URLs with.
    GOOGLE_APPLICATION_CREDENTIALS: endpoints.keyFile,
    // Google's clients would look for a machine of Google's around them.
    METADATA_SERVER_DETECTION: 'none',
    TASKS_LOCATION: location,
    BUCKET: bucket,
    LOCAL_CLOUD_SECRET: endpoints.secret,
    LOCAL_IDENTITY_ISSUER: endpoints.issuer,
  };
  return Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
}

function quoted(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
