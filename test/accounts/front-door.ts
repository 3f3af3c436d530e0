import { Datastore } from '@google-cloud/datastore';
import express from 'express';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createAccounts, type Accounts } from '../../src/features/accounts/accounts.ts';
import type { RegistrationConfig } from '../../src/features/accounts/registration-config.ts';
import { manualClock, type ManualClock } from '../../src/runtime/clock.ts';
import type { IdentityConfig } from '../../src/features/accounts/identity-config.ts';
import type { ExpiringCache } from '../../src/features/accounts/expiring-cache.ts';
import type { SecurityLog } from '../../src/features/accounts/security-log.ts';
import { sessionUses } from '../../src/features/accounts/session.ts';
import { addressesIn } from '../../src/features/mail-summaries/mail-address.ts';
import { mount } from '../../src/http/mount.ts';
import { defineRoute } from '../../src/http/route.ts';
import { createLibrary, type Library } from '../../src/data/commit/group-commit.ts';
import { createStore, type Store } from '../../src/data/read/store.ts';
import { startDatastore } from '../../src/local-cloud/datastore/index.ts';
import { startIdentity, type IdentityService } from '../../src/local-cloud/identity/index.ts';
import { createLog } from '../../src/runtime/log.ts';
import { parseKeys, type SigningKeys } from '../../src/signing/keys.ts';
import { chaosWith } from '../support/chaos.ts';

const signingKeys = parseKeys('a signing key of 32 characters or more');

/** Milliseconds after which an unused session ends. */
const IDLE = 7 * 24 * 3_600_000;

const OPEN: RegistrationConfig = { kind: 'open' };

export const START = Date.UTC(2026, 10, 21, 4, 0);

/** Instances of the app that share one Datastore and one issuer, with nothing but accounts behind their front door. */
export interface FrontDoor {
  datastore: Datastore;
  library: Library;
  store: Store;
  signingKeys: SigningKeys;
  identity: IdentityService;
  clock: ManualClock;
  registration: RegistrationConfig;
  sessionIdleMs: number;
  sessionUses: ExpiringCache<void>;
  securityLog: SecurityLog;
  onAppEngine: boolean;
  /** Lets the next `count` transactions end in ABORTED. */
  abortCommits(count: number): void;
  /** Another instance, with a memory of its own. */
  instance(options?: InstanceOptions): Promise<Instance>;
  /** Serves accounts put together by hand, and tells the URL. */
  serve(parts: Parts): Promise<string>;
}

export interface InstanceOptions {
  https?: boolean;
  identity?: IdentityConfig;
  registration?: RegistrationConfig;
}

type Parts = Pick<Accounts, 'routes' | 'callerOf'>;

export interface Instance {
  url: string;
  accounts: Accounts;
}

/** Starts what the tests of a file share; it stops by itself after the last of them. */
export async function openFrontDoor(): Promise<FrontDoor> {
  const dataDir = await mkdtemp(join(tmpdir(), 'accounts-'));
  const clock = manualClock(START);
  const shared = { dataDir, clock, host: '127.0.0.1', port: 0 };
  const service = await startDatastore({ ...shared, indexes: [], consistency: 0 });
  service.faults.abortEachOnce(chaosWith('abort'));
  const identity = await startIdentity(shared);
  const datastore = new Datastore({ projectId: 'test', apiEndpoint: `127.0.0.1:${service.port}` });
  const library = createLibrary({ datastore, clock, deliver: async () => [] });
  const store = createStore(datastore);
  const stops = [() => service.stop(), () => identity.stop(), () => rm(dataDir, { recursive: true })];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  const serve = async (parts: Parts) => {
    const { url, stop } = await listen(parts);
    stops.unshift(stop);
    return url;
  };
  return {
    datastore,
    library,
    store,
    signingKeys,
    identity,
    clock,
    registration: OPEN,
    sessionIdleMs: IDLE,
    sessionUses: sessionUses({ clock }),
    securityLog: () => undefined,
    onAppEngine: false,
    abortCommits: (count) => service.faults.abortCommits(count),
    async instance({ https = false, identity: issuers, registration = OPEN } = {}) {
      const accounts = createAccounts({
        datastore,
        clock,
        library,
        store,
        limits: { quotaBytes: 1000 },
        addressOf: addressesIn('local'),
        signingKeys,
        identity: issuers ?? { kind: 'local' },
        registration,
        sessionIdleMs: IDLE,
        onAppEngine: false,
        log: createLog({ level: 'silent' }),
        localIssuer: identity.issuer,
        https,
      });
      return { url: await serve(accounts), accounts };
    },
    serve,
  };
}

async function listen({ routes, callerOf }: Parts) {
  const app = express();
  mount(app, [...routes, ...probes], {
    log: createLog({ level: 'silent' }),
    callerOf,
    platform: { onAppEngine: false },
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url, stop };
}

/** Routes that tell who is calling: one that reads and one that writes. */
const probes = (['get', 'post'] as const).map((method) =>
  defineRoute({
    method,
    path: '/who',
    summary: 'Who is calling.',
    access: 'optional',
    replies: { 200: 'text/plain' },
    handle: ({ caller }) => ({ status: 200, text: caller?.handle ?? 'no caller' }),
  }),
);
