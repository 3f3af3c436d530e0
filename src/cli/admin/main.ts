import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { createClients } from '../../app/clients.ts';
import { readCloudConfig, type Config } from '../../app/config.ts';
import { startOwnCloud } from '../../app/own-cloud.ts';
import {
  accountOfHandle,
  dismissReports,
  findShareByText,
  moderationDeps,
  readHistory,
  revokeShare,
  setSuspended,
  type ModerationDeps,
  type OperatorAct,
} from '../../features/moderation/operator-acts.ts';
import { listReports, type ShareReports } from '../../features/moderation/reports.ts';
import { systemClock } from '../../runtime/clock.ts';
import { endpointsFor, findEndpoints, type Endpoints } from '../../runtime/local-endpoints.ts';
import { UsageError } from '../usage-error.ts';
import { readAdminCommand, USAGE, type AdminCommand } from './options.ts';

/** A person waits at the terminal. The client itself would retry for ten minutes. */
const TIMEOUT_MS = 15_000;

type Act = Exclude<AdminCommand, { does: 'help' }>;

/** Carries out what the operator wants, in the configured cloud. Returns what is to be printed. */
async function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const typed = readAdminCommand(args);
  if (typed.does === 'help') return USAGE;
  // Tasks are not used here, so their location need not be set.
  const config = readCloudConfig({ TASKS_LOCATION: 'none', ...env });
  await using running = new AsyncDisposableStack();
  const endpoints = config.profile === 'local' ? await localEndpoints(config, running) : {};
  const { datastore } = createClients(config.cloud, endpoints);
  const silence = after(TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Datastore has not answered for ${TIMEOUT_MS / 1000} seconds.`);
  });
  const deps = moderationDeps({ datastore, clock: systemClock });
  return await Promise.race([carryOut(deps, typed), silence]);
}

/**
 * Where the local Datastore listens: in the service that runs on the data folder, else in this process until the command has
 * ended.
 * @throws Error where the folder holds no data
 */
async function localEndpoints(config: Pick<Config, 'profile' | 'cloud'>, running: AsyncDisposableStack) {
  const { dataDir, emulators } = config.cloud;
  if (emulators.datastore === undefined && existsSync(join(dataDir, 'datastore.sqlite'))) {
    const announced = await findEndpoints(dataDir);
    if (announced && (await answers(announced))) return announced;
    const own = await startOwnCloud({ ...config, server: { port: 0 } });
    if (own) {
      const cloud = await own.cloud;
      running.defer(() => cloud.stop());
      return cloud.endpoints;
    }
  }
  return endpointsFor('datastore', config.cloud);
}

/** Whether something listens there: a service that was killed is still announced. */
async function answers({ datastore = '' }: Endpoints): Promise<boolean> {
  const [host, port] = datastore.split(':');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(Number(port), host);
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** @throws UsageError for a handle or a share that does not exist */
function carryOut(deps: ModerationDeps, typed: Act): Promise<string> {
  if (typed.does === 'reports') return tableOfReports(deps);
  if (typed.does === 'history') return history(deps, typed.handle);
  return 'handle' in typed ? suspendOrNot(deps, typed) : revokeOrDismiss(deps, typed);
}

const operatorOf = ({ reason }: { reason: string }) => ({ by: userInfo().username, reason });

async function suspendOrNot(deps: ModerationDeps, typed: Extract<Act, { handle: string }>): Promise<string> {
  const { handle } = typed;
  const suspended = typed.does === 'suspend';
  const changed = await setSuspended(deps, await userOf(deps, handle), suspended, operatorOf(typed));
  if (!suspended) return changed ? `${handle} is open again.\n` : `${handle} is not suspended.\n`;
  return changed
    ? `${handle} is suspended. Requests with ID tokens, and pictures, are refused within a minute, all else at once.\n`
    : `${handle} was suspended already.\n`;
}

async function revokeOrDismiss(deps: ModerationDeps, typed: Extract<Act, { share: string }>): Promise<string> {
  const share = await shareOf(deps, typed.share);
  if (typed.does === 'revoke-share') {
    await revokeShare(deps, share, operatorOf(typed));
    return 'The shared link is ended. Pictures of it are refused within a minute.\n';
  }
  return (await dismissReports(deps, share, operatorOf(typed)))
    ? 'The reports are dismissed. The shared link stays.\n'
    : 'There are no reports about this shared link.\n';
}

async function userOf(deps: ModerationDeps, handle: string) {
  const user = await accountOfHandle(deps, handle);
  if (user === undefined) throw new UsageError(`There is no account with the handle ${handle}.`);
  return user;
}

async function shareOf(deps: ModerationDeps, text: string) {
  const share = await findShareByText(deps, text);
  if (share === undefined) throw new UsageError('There is no shared link of this address, token or id.');
  return share;
}

async function tableOfReports(deps: ModerationDeps): Promise<string> {
  const found = await listReports(deps.datastore);
  if (found.length === 0) return 'There are no reports.\n';
  const lines = await Promise.all(found.map((reported) => linesOf(deps, reported)));
  return lines.join('');
}

async function linesOf({ store }: ModerationDeps, { user, share, count, latest }: ShareReports): Promise<string> {
  const owner = await store.user(user);
  const times = count === 1 ? '1 report' : `${count} reports`;
  const reasons = latest.map(({ at, reason }) => `  ${iso(at)}  ${reason}\n`);
  return `${share}  of ${owner?.handle ?? 'a deleted account'}, ${times}\n${reasons.join('')}`;
}

async function history(deps: ModerationDeps, handle: string): Promise<string> {
  const { acts, suspendedAt } = await readHistory(deps, await userOf(deps, handle));
  const state = suspendedAt === undefined ? 'is not suspended' : `is suspended since ${iso(suspendedAt)}`;
  return `${handle} ${state}.\n${acts.map(lineOf).join('')}`;
}

const lineOf = ({ at, act, by, reason, share }: OperatorAct) =>
  `${[iso(at), act, share ?? '', `by ${by}`, reason].filter(Boolean).join('  ')}\n`;

const iso = (ms: number) => new Date(ms).toISOString();

try {
  process.stdout.write(await run(process.argv.slice(2), process.env));
  // Connections of the client would keep the process alive.
  process.exit(0);
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? `${error.message} \`npm run admin\` tells more.` : String(error));
  process.exit(1);
}
