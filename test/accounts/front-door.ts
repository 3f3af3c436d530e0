import express from 'express';
import { afterAll } from 'vitest';
import { createAccounts, type Accounts } from '../../src/features/accounts/accounts.ts';
import type { ExpiringCache } from '../../src/features/accounts/expiring-cache.ts';
import type { IdentityConfig } from '../../src/features/accounts/identity-config.ts';
import type { RegistrationConfig } from '../../src/features/accounts/registration-config.ts';
import type { SecurityLog } from '../../src/features/accounts/security-log.ts';
import type { PersonalTokens } from '../../src/features/accounts/caller.ts';
import { sessionUses } from '../../src/features/accounts/session.ts';
import { addressesIn } from '../../src/features/mail-summaries/mail-address.ts';
import { createTokens } from '../../src/features/tokens/tokens.ts';
import { mount } from '../../src/http/mount.ts';
import { defineRoute } from '../../src/http/route.ts';
import { createLibrary, type Library } from '../../src/data/commit/group-commit.ts';
import { createStore, type Store } from '../../src/data/read/store.ts';
import { createLog } from '../../src/runtime/log.ts';
import { parseKeys, type SigningKeys } from '../../src/signing/keys.ts';
import { listen } from '../support/instance.ts';
import { topLevelFiles } from '../support/top-level-files.ts';
import { startWorld, type World } from '../support/world.ts';

const signingKeys = parseKeys('a signing key of 32 characters or more');

/** Milliseconds after which an unused session ends. */
const IDLE_MS = 7 * 24 * 3_600_000;

const OPEN: RegistrationConfig = { kind: 'open' };

/** A world whose own app is not called: instances with nothing but accounts share its cloud and its clock. */
export interface FrontDoor extends World {
  library: Library;
  store: Store;
  signingKeys: SigningKeys;
  registration: RegistrationConfig;
  sessionIdleMs: number;
  sessionUses: ExpiringCache<void>;
  securityLog: SecurityLog;
  personalTokens: PersonalTokens;
  onAppEngine: boolean;
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
  // Without cron no job sweeps what a test has let expire, and to move the clock by days costs nothing.
  const world = await startWorld({ cloud: { files: { ...(await topLevelFiles()), cron: '' } } });
  const { datastore, clock } = world;
  const library = createLibrary({ datastore, clock, deliver: async () => [] });
  const store = createStore(datastore);
  const personalTokens = createTokens({ datastore, clock, library, signingKeys, securityLog: () => undefined });
  return {
    ...world,
    library,
    store,
    signingKeys,
    registration: OPEN,
    sessionIdleMs: IDLE_MS,
    sessionUses: sessionUses({ clock }),
    securityLog: () => undefined,
    personalTokens,
    onAppEngine: false,
    async instance({ https = false, identity, registration = OPEN } = {}) {
      const accounts = createAccounts({
        datastore,
        clock,
        library,
        store,
        limits: { quotaBytes: 1000 },
        addressOf: addressesIn('local'),
        signingKeys,
        personalTokens,
        securityLog: () => undefined,
        identity: identity ?? { kind: 'local' },
        registration,
        sessionIdleMs: IDLE_MS,
        onAppEngine: false,
        log: createLog({ level: 'silent' }),
        localIssuer: world.cloud.endpoints.issuer,
        https,
        allowedOrigins: [],
      });
      return { url: await serve(accounts), accounts };
    },
    serve,
  };
}

async function serve({ routes, callerOf }: Parts): Promise<string> {
  const app = express();
  mount(app, [...routes, ...probes], {
    log: createLog({ level: 'silent' }),
    callerOf,
    platform: { onAppEngine: false },
  });
  const { url, stop } = await listen(app);
  afterAll(stop);
  return url;
}

/** Routes that tell who is calling: one that reads and one that writes. */
const probes = (['get', 'post'] as const).map((method) =>
  defineRoute({
    method,
    path: '/who',
    summary: 'Who is calling.',
    access: 'optional',
    scope: 'read',
    replies: { 200: 'text/plain' },
    handle: ({ caller }) => ({ status: 200, text: caller?.handle ?? 'no caller' }),
  }),
);
