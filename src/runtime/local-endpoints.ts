import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where stand-ins listen, service by service; what is absent is Google's own. */
export interface Endpoints {
  datastore?: string | undefined;
  storage?: string | undefined;
  tasks?: string | undefined;
  /** The account that signs URLs of the bucket. */
  keyFile?: string | undefined;
}

/** The local cloud inside the program takes free ports: this file in the data folder names them for other programs. */
const fileIn = (dataDir: string) => join(dataDir, 'endpoints.json');

/** The addresses at which the services of this data folder listen. It holds no secrets. */
export async function announceEndpoints(dataDir: string, { datastore, storage, tasks }: Endpoints): Promise<void> {
  await writeFile(fileIn(dataDir), `${JSON.stringify({ datastore, storage, tasks }, null, 2)}\n`, { mode: 0o600 });
}

/** Says that nothing runs there any more. */
export const withdrawEndpoints = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** Undefined where nothing runs. A killed program may still be announced: then the ports are closed. */
export async function findEndpoints(dataDir: string): Promise<Endpoints | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as Endpoints;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const VARIABLES = {
  datastore: 'DATASTORE_EMULATOR_HOST',
  storage: 'STORAGE_EMULATOR_HOST',
  tasks: 'CLOUD_TASKS_EMULATOR_HOST',
} as const;

/**
 * Where a tool beside the service finds the local cloud: empty where the environment names the service that it needs.
 * @throws Error that says how to start the service
 */
export async function endpointsFor(
  service: keyof typeof VARIABLES,
  { dataDir, emulators }: { dataDir: string; emulators: Pick<Endpoints, keyof typeof VARIABLES> },
): Promise<Endpoints> {
  const found = emulators[service] === undefined ? await findEndpoints(dataDir) : {};
  if (found) return found;
  throw new Error(
    `Nothing runs on the data folder ${dataDir}. Start the service with npm start, say by DATA_DIR which folder it has, ` +
      `or set ${VARIABLES[service]}, or PROFILE=google.`,
  );
}
