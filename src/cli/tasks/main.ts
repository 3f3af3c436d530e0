import { createClients } from '../../app/clients.ts';
import { readCloudConfig } from '../../app/config.ts';
import { endpointsFor } from '../../runtime/local-endpoints.ts';
import { readCommandLine } from './cli-options.ts';
import { commandFor } from './commands.ts';
import { explain } from './explain.ts';
import { USAGE } from './usage.ts';

/** Shows and changes queues and tasks of the configured cloud. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const typed = readCommandLine(args, Date.now());
  if (typed.command === 'help') return void process.stdout.write(USAGE);
  const command = commandFor(typed);
  const { profile, cloud } = readCloudConfig(env);
  const { tasks } = createClients(cloud, profile === 'local' ? await endpointsFor('tasks', cloud) : {});
  const client = await tasks();
  process.stdout.write(await command({ client, projectId: cloud.projectId, location: cloud.tasksLocation }, typed));
  await client.close();
}

try {
  await run(process.argv.slice(2), process.env);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
