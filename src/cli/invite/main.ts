import { setTimeout as after } from 'node:timers/promises';
import { invite, listInvitations, removeInvitation, type InvitationDeps } from '../../features/accounts/invitations.ts';
import { describeInvitee } from '../../features/accounts/registration-config.ts';
import { createClients } from '../../app/clients.ts';
import { readCloudConfig } from '../../app/config.ts';
import { endpointsFor } from '../../runtime/local-endpoints.ts';
import { readCommandLine, USAGE, UsageError, type Typed } from './options.ts';

/** Milliseconds that a person at the terminal waits. The client's own patience is ten minutes. */
const PATIENCE = 15_000;

/** Invites people, of whichever cloud is configured. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const typed = readCommandLine(args);
  if (typed.does === 'help') return USAGE;
  // Tasks are not used here, so that their location need not be told.
  const { profile, cloud } = readCloudConfig({ TASKS_LOCATION: 'none', ...env });
  const { datastore } = createClients(cloud, profile === 'local' ? await endpointsFor('datastore', cloud) : {});
  const deps = { datastore, clock: { now: () => Date.now() } };
  const silence = after(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`Datastore has not answered for ${PATIENCE / 1000} seconds. Is the service running?`);
  });
  return Promise.race([carryOut(deps, typed), silence]);
}

async function carryOut(deps: InvitationDeps, typed: Exclude<Typed, { does: 'help' }>): Promise<string> {
  if (typed.does === 'list') return list(deps);
  const person = describeInvitee(typed.invitee);
  if (typed.does === 'invite') {
    const { expiresAt } = await invite(deps, typed.invitee, typed.days);
    return `${person} may begin an account until ${new Date(expiresAt).toISOString()}.\n`;
  }
  if (await removeInvitation(deps, typed.invitee)) return `The invitation of ${person} is taken back.\n`;
  throw new UsageError(`There is no invitation of ${person}: see --list.`);
}

async function list(deps: InvitationDeps): Promise<string> {
  const invitations = await listInvitations(deps);
  const lines = invitations.map(({ person, expiresAt }) => `${new Date(expiresAt).toISOString()}  ${person}\n`);
  return lines.length > 0 ? `UNTIL${' '.repeat(21)}PERSON\n${lines.join('')}` : 'There are no invitations.\n';
}

try {
  process.stdout.write(await run(process.argv.slice(2), process.env));
  // Connections of the client would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message} \`npm run invite\` tells more.` : String(error));
  process.exit(1);
}
