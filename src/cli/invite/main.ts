import { setTimeout as after } from 'node:timers/promises';
import { invite, listInvitations, removeInvitation, type InvitationDeps } from '../../features/accounts/invitations.ts';
import { describeInvitee } from '../../features/accounts/registration-config.ts';
import { createClients } from '../../app/clients.ts';
import { readCloudConfig } from '../../app/config.ts';
import { endpointsFor } from '../../runtime/local-endpoints.ts';
import { UsageError } from '../usage-error.ts';
import { readInviteCommand, USAGE, type InviteCommand } from './options.ts';

/** A person waits at the terminal. The client itself would retry for ten minutes. */
const TIMEOUT_MS = 15_000;

/** Manages invitations in the configured cloud. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const typed = readInviteCommand(args);
  if (typed.does === 'help') return USAGE;
  // Tasks are not used here, so their location need not be set.
  const { profile, cloud } = readCloudConfig({ TASKS_LOCATION: 'none', ...env });
  const { datastore } = createClients(cloud, profile === 'local' ? await endpointsFor('datastore', cloud) : {});
  const deps = { datastore, clock: { now: () => Date.now() } };
  const silence = after(TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Datastore has not answered for ${TIMEOUT_MS / 1000} seconds. Is the service running?`);
  });
  return Promise.race([carryOut(deps, typed), silence]);
}

async function carryOut(deps: InvitationDeps, typed: Exclude<InviteCommand, { does: 'help' }>): Promise<string> {
  if (typed.does === 'list') return list(deps);
  const person = describeInvitee(typed.invitee);
  if (typed.does === 'invite') {
    const { expiresAt } = await invite(deps, typed.invitee, typed.days);
    return `${person} may create an account until ${new Date(expiresAt).toISOString()}.\n`;
  }
  if (await removeInvitation(deps, typed.invitee)) return `The invitation of ${person} is removed.\n`;
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
