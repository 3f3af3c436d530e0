import { createClients, type Endpoints } from '../clients.ts';
import { readCloudConfig, type CloudConfig } from '../config.ts';
import { findEndpoints } from '../local-endpoints.ts';
import { readCommandLine } from './cli-options.ts';
import { commandFor } from './commands.ts';
import { explain } from './explain.ts';
import { USAGE } from './usage.ts';

/** Looks at queues and tasks, and changes them, of whichever cloud is configured. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const typed = readCommandLine(args, Date.now());
  if (typed.command === 'help') return void process.stdout.write(USAGE);
  const command = commandFor(typed);
  const { profile, cloud } = readCloudConfig(env);
  const { tasks } = createClients(cloud, profile === 'local' ? await endpointsOf(cloud) : {});
  const client = await tasks();
  process.stdout.write(await command({ client, projectId: cloud.projectId, location: cloud.tasksLocation }, typed));
  await client.close();
}

async function endpointsOf({ dataDir, emulators }: CloudConfig): Promise<Endpoints> {
  const found = emulators.tasks === undefined ? await findEndpoints(dataDir) : {};
  if (found) return found;
  throw new Error(
    `Nothing runs on the data folder ${dataDir}. Start the service with npm start, say by DATA_DIR which folder it has, ` +
      'or set CLOUD_TASKS_EMULATOR_HOST, or PROFILE=google.',
  );
}

try {
  await run(process.argv.slice(2), process.env);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
